//! Issuing, showing, extending and ending tokens.

use broker_api::{
    ErrorCode,
    page::{Begin, Lookup as Asked},
    token::{Extend, List, Revoke, Show, State},
    verbs::{Lookup, RedeemBegin, TokenCreate, TokenExtend, TokenList, TokenRevoke, TokenShow},
};
use fs_err as fs;
use jiff::{Timestamp, ToSpan as _};
use serde_json::json;
use testkit::homeserver::Kind;

use crate::harness::{STAFF, ask, code, guests, order, prepared, word};

#[tokio::test]
async fn an_order_that_arrives_twice_is_carried_out_once() {
    let mut scene = guests(Kind::TuwunelLike).await;
    let first = ask::<TokenCreate>(&scene.bot, order("event-1", 1)).await;
    scene.stop().await;
    scene.start().await;
    let again = ask::<TokenCreate>(&scene.bot, order("event-1", 1)).await;
    assert_eq!(first, again);
    let other = ask::<TokenCreate>(&scene.bot, order("event-2", 1)).await;
    assert_ne!(first.id, other.id);
    assert_eq!(ask::<TokenList>(&scene.bot, List { all: true }).await.tokens.len(), 2);
}

#[tokio::test]
async fn the_token_is_in_the_answer_and_nowhere_else() {
    let scene = guests(Kind::TuwunelLike).await;
    let created = ask::<TokenCreate>(&scene.bot, order("1", 1)).await;
    let token = word(&created.url);
    ask::<Lookup>(&scene.page, Asked { token: token.clone() }).await;
    ask::<RedeemBegin>(&scene.page, Begin { token: token.clone(), username: "gast".into() }).await;
    let list = ask::<TokenList>(&scene.bot, List { all: true }).await;
    assert!(!serde_json::to_string(&list).unwrap().contains(&token));
    let ledger = fs::read_to_string(scene.folder.path().join("state/ledger.jsonl")).unwrap();
    assert!(ledger.contains(&created.hash) && !ledger.contains(&token));
}

#[tokio::test]
async fn a_revoked_token_is_dead_at_once_even_if_the_homeserver_is_not_heard() {
    let scene = guests(Kind::TuwunelLike).await;
    let (id, token) = scene.token("1", 1).await;
    scene.homeserver.state().faults.admin_broken = true;
    let revoke = Revoke { by: STAFF.into(), id: id.clone() };
    assert_eq!(code(scene.bot.ask::<TokenRevoke>(&revoke).await), ErrorCode::HomeserverFailed);
    scene.homeserver.state().faults.admin_broken = false;
    let begin = Begin { token: token.clone(), username: "gast".into() };
    assert_eq!(code(scene.page.ask::<RedeemBegin>(&begin).await), ErrorCode::TokenRevoked);
    let shown = ask::<TokenRevoke>(&scene.bot, revoke).await;
    assert_eq!(shown.state, State::Revoked);
    assert_eq!(ask::<Lookup>(&scene.page, Asked { token }).await.state, State::Revoked);
    // The spare is what is left.
    assert!(scene.homeserver.state().token_count() <= 1);
}

#[tokio::test]
async fn a_longer_life_is_longer_on_both_sides() {
    let scene = guests(Kind::SynapseLike).await;
    let (id, token) = scene.token("1", 1).await;
    let extend = Extend { by: STAFF.into(), id: id.clone(), ttl_seconds: 86_400 };
    let before = ask::<TokenShow>(&scene.bot, Show { id: id.clone() }).await.expires;
    assert!(ask::<TokenExtend>(&scene.bot, extend.clone()).await.expires > before);
    assert_eq!(ask::<Lookup>(&scene.page, Asked { token }).await.state, State::Valid);
    ask::<TokenRevoke>(&scene.bot, Revoke { by: STAFF.into(), id }).await;
    assert_eq!(code(scene.bot.ask::<TokenExtend>(&extend).await), ErrorCode::Conflict);
}

/// Ended at the homeserver by somebody else, or its end shifted: the page refuses it.
#[tokio::test]
async fn a_token_that_the_homeserver_does_not_take_is_refused() {
    let scene = guests(Kind::TuwunelLike).await;
    let (_, token) = scene.token("1", 1).await;
    scene.homeserver.state().shift_expiries(-7_200_000);
    assert_eq!(ask::<Lookup>(&scene.page, Asked { token: token.clone() }).await.state, State::Revoked);
    let begin = Begin { token, username: "gast".into() };
    assert_eq!(code(scene.page.ask::<RedeemBegin>(&begin).await), ErrorCode::TokenRevoked);
}

/// Issued two hours ago for one hour, as the ledger tells it.
#[tokio::test]
async fn a_token_whose_time_is_over_is_refused_as_such() {
    let mut scene = prepared(Kind::TuwunelLike, true);
    let (word, issued) = ("a-word-of-two-hours-ago", Timestamp::now() - 2.hours());
    let hash = ledger::Hash::of(word.as_bytes());
    let wanted = json!({
        "hash": hash, "id": "abcdefgh", "key": "1", "by": STAFF, "room": "!staff:internal.example",
        "recipient": null, "note": null, "staff": false, "uses": 1, "expires": issued + 1.hour(),
    });
    let place = ledger::Place::new(scene.folder.path().join("state"));
    let (mut before, _) = place.open(issued, |_| ()).unwrap();
    before.append(issued, "token-wanted", &wanted).unwrap();
    before.append(issued, "token-created", &json!({ "hash": hash })).unwrap();
    drop(before);
    scene.start().await;
    assert_eq!(ask::<Lookup>(&scene.page, Asked { token: word.into() }).await.state, State::Expired);
    let begin = Begin { token: word.into(), username: "gast".into() };
    assert_eq!(code(scene.page.ask::<RedeemBegin>(&begin).await), ErrorCode::TokenExpired);
}

#[tokio::test]
async fn senseless_orders_are_refused() {
    let scene = guests(Kind::TuwunelLike).await;
    let with = |change: fn(&mut broker_api::token::Create)| {
        let mut order = order("1", 1);
        change(&mut order);
        order
    };
    for bad in [
        with(|order| order.uses = 0),
        with(|order| order.uses = 11),
        with(|order| order.ttl_seconds = 59),
        with(|order| order.ttl_seconds = u64::MAX),
        with(|order| order.by = "anna".into()),
        with(|order| order.key = String::new()),
        with(|order| order.note = Some("a\nb".into())),
        with(|order| order.recipient = Some("x".repeat(101))),
    ] {
        assert_eq!(code(scene.bot.ask::<TokenCreate>(&bad).await), ErrorCode::BadRequest, "{bad:?}");
    }
    assert_eq!(code(scene.bot.ask::<TokenShow>(&Show { id: "aaaaaaaa".into() }).await), ErrorCode::NotFound);
}

#[tokio::test]
async fn a_token_that_could_not_be_made_is_never_valid() {
    let scene = guests(Kind::TuwunelLike).await;
    scene.homeserver.state().faults.admin_broken = true;
    assert_eq!(code(scene.bot.ask::<TokenCreate>(&order("1", 1)).await), ErrorCode::HomeserverFailed);
    scene.homeserver.state().faults.admin_broken = false;
    assert!(ask::<TokenList>(&scene.bot, List { all: true }).await.tokens.is_empty());
    assert_eq!(scene.count("token-dropped"), 1);
    scene.token("1", 1).await;
}
