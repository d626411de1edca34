//! One use of a token becomes at most one account, whatever breaks in between.

use std::time::Duration;

use broker::client::Client;
use broker_api::{
    ErrorCode,
    page::{Begin, End, Lookup as Asked, Outcome},
    token::{Show, State},
    verbs::{Lookup, RedeemBegin, RedeemEnd, TokenShow},
};
use daemon::http::{Peer, Question};
use http::{HeaderName, HeaderValue, Method};
use serde_json::{Value, json};
use testkit::homeserver::Kind;

use crate::harness::{Scene, ask, code, guests};

pub(crate) fn begin(token: &str, username: &str) -> Begin {
    Begin { token: token.into(), username: username.into() }
}

pub(crate) async fn state(scene: &Scene, token: &str) -> State {
    ask::<Lookup>(&scene.page, Asked { token: token.into() }).await.state
}

/// As the guard says where the page asks from.
pub(crate) fn from_loopback(mut question: Question) -> Question {
    question
        .headers
        .push((HeaderName::from_static("x-forwarded-for"), HeaderValue::from_static("127.0.0.1")));
    question
}

/// What the page does at the homeserver: one step without, one or two with the token. Returns the last status.
async fn register(peer: &Peer, name: &str, token: &str) -> u16 {
    register_within(Duration::from_secs(5), peer, name, token).await
}

/// A real server hashes the password, which takes seconds on a busy machine.
pub(crate) async fn register_within(patience: Duration, peer: &Peer, name: &str, token: &str) -> u16 {
    let ask = |body: Value| {
        let path = "/_matrix/client/v3/register";
        peer.ask(from_loopback(Question::json(Method::POST, path, body.to_string(), patience)))
    };
    let first = json!({ "username": name, "password": "correct horse battery", "inhibit_login": true });
    let Ok(answer) = ask(first.clone()).await else { return 0 };
    let offer: Value = serde_json::from_slice(&answer.body).unwrap();
    let stages: Vec<Value> = offer["flows"][0]["stages"].as_array().cloned().unwrap_or_default();
    let mut status = answer.status.as_u16();
    for stage in stages {
        let mut body = first.clone();
        body["auth"] = json!({ "type": stage, "token": token, "session": offer["session"] });
        let Ok(answer) = ask(body).await else { return 0 };
        status = answer.status.as_u16();
    }
    status
}

/// The whole way of one guest. `true` when there is an account.
pub(crate) async fn redeem(page: &Client, peer: &Peer, token: &str, name: &str) -> Result<bool, ErrorCode> {
    let begun = page.ask::<RedeemBegin>(&begin(token, name)).await.map_err(|error| error.code().unwrap())?;
    let outcome = match register(peer, name, token).await {
        200 => Outcome::Made,
        0 => Outcome::Unknown,
        _ => Outcome::Refused,
    };
    let end = End { redemption: begun.redemption, outcome };
    let ended = page.ask::<RedeemEnd>(&end).await.map_err(|error| error.code().unwrap())?;
    Ok(ended.user.is_some())
}

fn peer(scene: &Scene) -> Peer {
    Peer::Socket(scene.homeserver.socket().to_owned())
}

#[tokio::test]
async fn a_token_becomes_an_account_and_is_used() {
    for kind in [Kind::TuwunelLike, Kind::SynapseLike] {
        let scene = guests(kind).await;
        let (id, token) = scene.token("1", 1).await;
        assert_eq!(state(&scene, &token).await, State::Valid);
        assert_eq!(redeem(&scene.page, &peer(&scene), &token, "gast").await, Ok(true));
        assert_eq!(state(&scene, &token).await, State::Used);
        assert_eq!(
            code(scene.page.ask::<RedeemBegin>(&begin(&token, "zweiter")).await),
            ErrorCode::TokenUsed
        );
        let shown = ask::<TokenShow>(&scene.bot, Show { id }).await;
        assert_eq!(shown.redeemed[0].user, "@gast:example.org");
        scene.verify();
    }
}

#[tokio::test]
async fn fifty_at_once_make_exactly_one_account() {
    for kind in [Kind::TuwunelLike, Kind::SynapseLike] {
        let scene = guests(kind).await;
        let (_, token) = scene.token("1", 1).await;
        let tries = (0..50).map(|n| {
            let (page, peer, token) = (scene.page.clone(), peer(&scene), token.clone());
            tokio::spawn(async move { redeem(&page, &peer, &token, &format!("guest{n}")).await })
        });
        let mut outcomes = Vec::new();
        for task in tries.collect::<Vec<_>>() {
            outcomes.push(task.await.unwrap());
        }
        assert_eq!(outcomes.iter().filter(|outcome| **outcome == Ok(true)).count(), 1, "{outcomes:?}");
        let accounts = scene.homeserver.state().users.keys().filter(|id| id.starts_with("@guest")).count();
        assert_eq!(accounts, 1);
        assert_eq!(scene.count("redeem-made"), 1);
        scene.verify();
    }
}

#[tokio::test]
async fn a_taken_or_impossible_name_burns_nothing() {
    let scene = guests(Kind::TuwunelLike).await;
    scene.homeserver.state().add_user("taken", "x", false);
    let (_, token) = scene.token("1", 1).await;
    for (name, expected) in [
        ("taken", ErrorCode::NameTaken),
        ("Upper", ErrorCode::NameInvalid),
        ("a/b", ErrorCode::NameInvalid),
        ("", ErrorCode::NameInvalid),
        ("rampart-bot", ErrorCode::NameInvalid),
        (&"a".repeat(250), ErrorCode::NameInvalid),
    ] {
        assert_eq!(code(scene.page.ask::<RedeemBegin>(&begin(&token, name)).await), expected, "{name}");
    }
    assert_eq!(redeem(&scene.page, &peer(&scene), &token, "free").await, Ok(true));
}

#[tokio::test]
async fn a_name_is_reserved_across_tokens() {
    let scene = guests(Kind::TuwunelLike).await;
    let (_, one) = scene.token("1", 1).await;
    let (_, two) = scene.token("2", 1).await;
    ask::<RedeemBegin>(&scene.page, begin(&one, "gast")).await;
    assert_eq!(code(scene.page.ask::<RedeemBegin>(&begin(&two, "gast")).await), ErrorCode::NameTaken);
    assert_eq!(code(scene.page.ask::<RedeemBegin>(&begin(&one, "anders")).await), ErrorCode::TokenBusy);
    assert_eq!(state(&scene, &one).await, State::Busy);
}

/// The homeserver takes the token and then fails: the guest tries again with the same token and gets exactly one account.
#[tokio::test]
async fn a_burnt_use_is_put_back() {
    for kind in [Kind::TuwunelLike, Kind::SynapseLike] {
        let scene = guests(kind).await;
        let (_, token) = scene.token("1", 1).await;
        scene.homeserver.state().faults.creation_fails = true;
        assert_eq!(redeem(&scene.page, &peer(&scene), &token, "gast").await, Ok(false), "{kind:?}");
        scene.homeserver.state().faults.creation_fails = false;
        assert_eq!(state(&scene, &token).await, State::Valid);
        assert_eq!(redeem(&scene.page, &peer(&scene), &token, "gast").await, Ok(true), "{kind:?}");
        assert_eq!(scene.count("token-restored"), 1);
        assert_eq!(code(scene.page.ask::<RedeemBegin>(&begin(&token, "b")).await), ErrorCode::TokenUsed);
    }
}

/// The account is made but nobody hears of it: it is found, and the use is not given out again.
#[tokio::test]
async fn an_account_that_nobody_heard_of_is_found() {
    let scene = guests(Kind::TuwunelLike).await;
    let (_, token) = scene.token("1", 1).await;
    scene.homeserver.state().faults.register_hangs = true;
    let begun = ask::<RedeemBegin>(&scene.page, begin(&token, "gast")).await;
    assert_eq!(register(&peer(&scene), "gast", &token).await, 0);
    let end = End { redemption: begun.redemption, outcome: Outcome::Unknown };
    assert_eq!(ask::<RedeemEnd>(&scene.page, end).await.user.as_deref(), Some("@gast:example.org"));
    assert_eq!(state(&scene, &token).await, State::Used);
}

/// Killed between the account and the word about it: the next run finds the account, and the token is used.
#[tokio::test]
async fn killed_between_account_and_ledger_nothing_is_lost() {
    let mut scene = guests(Kind::TuwunelLike).await;
    let (_, token) = scene.token("1", 1).await;
    let begun = ask::<RedeemBegin>(&scene.page, begin(&token, "gast")).await;
    assert_eq!(register(&peer(&scene), "gast", &token).await, 200);
    scene.kill().await;
    scene.start().await;
    assert_eq!(state(&scene, &token).await, State::Busy);
    let end = End { redemption: begun.redemption.clone(), outcome: Outcome::Made };
    assert_eq!(ask::<RedeemEnd>(&scene.page, end.clone()).await.user.as_deref(), Some("@gast:example.org"));
    assert_eq!(state(&scene, &token).await, State::Used);
    assert_eq!(code(scene.page.ask::<RedeemEnd>(&end).await), ErrorCode::NotFound);
    scene.stop().await;
    scene.verify();
}

#[tokio::test]
async fn a_page_that_lies_is_not_believed() {
    let scene = guests(Kind::TuwunelLike).await;
    let (_, token) = scene.token("1", 1).await;
    let begun = ask::<RedeemBegin>(&scene.page, begin(&token, "gast")).await;
    let end = |outcome| End { redemption: begun.redemption.clone(), outcome };
    assert_eq!(code(scene.page.ask::<RedeemEnd>(&end(Outcome::Made)).await), ErrorCode::Unverified);
    assert_eq!(register(&peer(&scene), "gast", &token).await, 200);
    let ended = ask::<RedeemEnd>(&scene.page, end(Outcome::Refused)).await;
    assert_eq!(ended.user.as_deref(), Some("@gast:example.org"));
}

#[tokio::test]
async fn unknown_words_are_unknown_and_nothing_else() {
    let scene = guests(Kind::TuwunelLike).await;
    for word in ["nobody-issued-this", "", "a b", "../x", crate::harness::SENTINEL, &"x".repeat(65)] {
        assert_eq!(state(&scene, word).await, State::Unknown, "{word}");
        assert_eq!(code(scene.page.ask::<RedeemBegin>(&begin(word, "gast")).await), ErrorCode::NotFound);
    }
}

#[tokio::test]
async fn several_uses_make_as_many_accounts() {
    let scene = guests(Kind::TuwunelLike).await;
    let (_, token) = scene.token("1", 2).await;
    assert_eq!(redeem(&scene.page, &peer(&scene), &token, "a").await, Ok(true));
    assert_eq!(state(&scene, &token).await, State::Valid);
    assert_eq!(redeem(&scene.page, &peer(&scene), &token, "b").await, Ok(true));
    assert_eq!(redeem(&scene.page, &peer(&scene), &token, "c").await, Err(ErrorCode::TokenUsed));
}
