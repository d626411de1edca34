//! Who may ask what, how often, and how much.

use std::time::Duration;

use broker::client::Client;
use broker_api::{
    Caller, ErrorBody, ErrorCode, Nothing, all,
    token::List,
    verbs::{Status, TokenList},
};
use daemon::http::{Peer, Question};
use http::Method;
use testkit::homeserver::Kind;

use crate::harness::{CLIENT_TOKEN, Scene, code, core, guests, prepared};

fn address(scene: &Scene) -> Peer {
    Peer::Address(scene.config.guests.as_ref().unwrap().listen)
}

fn socket(scene: &Scene) -> Peer {
    Peer::Socket(scene.config.socket.clone().into())
}

async fn post(peer: &Peer, path: &str, body: &str, token: Option<&str>) -> (u16, ErrorCode) {
    let mut question = Question::json(Method::POST, path, body.to_owned(), Duration::from_secs(5));
    if let Some(token) = token {
        question = question.bearer(token);
    }
    let answer = peer.ask(question).await.unwrap();
    let error: ErrorBody = serde_json::from_slice(&answer.body).unwrap();
    (answer.status.as_u16(), error.error.code)
}

#[tokio::test]
async fn without_the_right_token_nothing_is_answered() {
    let scene = guests(Kind::TuwunelLike).await;
    let almost = format!("{CLIENT_TOKEN}x");
    for token in [None, Some(""), Some("wrong"), Some(&almost[1..]), Some(almost.as_str())] {
        let refused = post(&address(&scene), "/v1/status", "{}", token).await;
        assert_eq!(refused, (401, ErrorCode::Unauthenticated), "{token:?}");
    }
    let wrong = Client::new(address(&scene), Some("wrong".into()), Duration::from_secs(5));
    assert_eq!(code(wrong.ask::<Status>(&Nothing {}).await), ErrorCode::Unauthenticated);
}

/// Each door has its own verbs, and no other path exists behind any of them.
#[tokio::test]
async fn a_door_knows_its_own_verbs_only() {
    let (dmz, core) = (guests(Kind::TuwunelLike).await, core(Kind::TuwunelLike).await);
    let doors = [
        (address(&dmz), Some(CLIENT_TOKEN), Caller::Bot),
        (socket(&dmz), None, Caller::Page),
        (socket(&core), None, Caller::Core),
    ];
    for (peer, token, caller) in doors {
        for (verb, of) in all() {
            let refused = post(&peer, &format!("/v1/{verb}"), r#"{"unknown":1}"#, token).await;
            let expected = if *of == caller { ErrorCode::BadRequest } else { ErrorCode::VerbUnknown };
            assert_eq!(refused.1, expected, "{verb} at {caller:?}");
        }
        for path in ["/v1/", "/v1/none", "/v2/status", "/", "/_synapse/admin/v2/users", "/v1/status/x"] {
            assert_eq!(post(&peer, path, "{}", token).await.1, ErrorCode::VerbUnknown, "{path}");
        }
    }
}

#[tokio::test]
async fn requests_are_strict_and_bounded() {
    let scene = guests(Kind::TuwunelLike).await;
    let long = format!(r#"{{"all":true,"x":"{}"}}"#, "a".repeat(20_000));
    for body in
        ["", "[]", "nonsense", r#"{"all":1}"#, r#"{"all":true,"all":true}"#, r#"{"all":true} x"#, &long]
    {
        let refused = post(&address(&scene), "/v1/token-list", body, Some(CLIENT_TOKEN)).await;
        assert_eq!(refused, (400, ErrorCode::BadRequest), "{}", &body[..body.len().min(40)]);
    }
    let mut question = Question::get("/v1/token-list", Duration::from_secs(5)).bearer(CLIENT_TOKEN);
    question.method = Method::GET;
    assert_eq!(address(&scene).ask(question).await.unwrap().status.as_u16(), 405);
}

#[tokio::test]
async fn too_many_requests_are_told_so() {
    let mut scene = prepared(Kind::TuwunelLike, true);
    scene.config.requests_per_second = 2;
    scene.start().await;
    let mut refused = 0;
    for _ in 0..20 {
        match scene.bot.ask::<TokenList>(&List { all: false }).await {
            Ok(_) => {}
            Err(error) => {
                assert_eq!(error.code(), Some(ErrorCode::RateLimited));
                refused += 1;
            }
        }
    }
    assert!(refused >= 10, "{refused}");
}

/// A client that hangs up does not stop a verb half-way.
#[tokio::test]
async fn every_call_is_in_the_ledger() {
    let scene = guests(Kind::TuwunelLike).await;
    scene.token("1", 1).await;
    post(&address(&scene), "/v1/token-show", r#"{"id":"aaaaaaaa"}"#, Some(CLIENT_TOKEN)).await;
    let calls: Vec<_> = scene
        .ledger()
        .into_iter()
        .filter(|record| record["kind"] == "call")
        .map(|record| format!("{} {}", record["entry"]["verb"], record["entry"]["outcome"]))
        .collect();
    assert_eq!(calls, [r#""token-create" "ok""#, r#""token-show" "not_found""#]);
}
