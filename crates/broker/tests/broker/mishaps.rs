//! What goes wrong, on a real Synapse: the broker is killed, tokens end by another hand, the sentinel is lost. The double
//! plays more of it, and what only Tuwunel does; here is shown that the adapter is right about the real server.

use std::time::Duration;

use broker_api::{
    ErrorCode, Nothing,
    guest::{Order, Show as About},
    page::{End, Outcome},
    room::Create,
    status::{Alarm, Guardian, Registration},
    token::{Show, State},
    verbs::{GuestDeactivate, GuestList, GuestShow, RedeemBegin, RedeemEnd, RoomCreate, Status, TokenShow},
};
use daemon::http::Peer;
use fs_err as fs;
use http::Method;
use jiff::{Timestamp, ToSpan as _};
use serde_json::{Value, json};

use crate::{
    harness::{SENTINEL, STAFF, Scene, ask, code},
    real::{administer, forget_tokens, log_in, synapse},
    redeem::{begin, redeem, register_within, state},
    trap,
};

const PATIENCE: Duration = Duration::from_mins(1);
const TOKENS: &str = "/_synapse/admin/v1/registration_tokens";

/// Between the account and the word about it: the account is there once, and one use of two is spent, here and there.
#[tokio::test]
async fn on_synapse_a_broker_killed_between_account_and_ledger_counts_once() {
    let Some((mut scene, synapse)) = synapse(true).await else { return };
    let peer = Peer::Socket(synapse.socket());
    let (id, token) = scene.token("1", 2).await;
    let begun = ask::<RedeemBegin>(&scene.page, begin(&token, "gast")).await;
    assert_eq!(register_within(PATIENCE, &peer, "gast", &token).await, 200);
    scene.kill().await;
    scene.start().await;

    let end = End { redemption: begun.redemption, outcome: Outcome::Unknown };
    assert_eq!(ask::<RedeemEnd>(&scene.page, end.clone()).await.user.as_deref(), Some("@gast:example.org"));
    assert_eq!(code(scene.page.ask::<RedeemEnd>(&end).await), ErrorCode::NotFound);
    let guests = ask::<GuestList>(&scene.bot, Nothing {}).await.guests;
    assert_eq!(guests.iter().map(|guest| guest.user.as_str()).collect::<Vec<_>>(), ["@gast:example.org"]);
    let redeemed = ask::<TokenShow>(&scene.bot, Show { id }).await.redeemed;
    assert_eq!(redeemed.len(), 1, "{redeemed:?}");
    let known = administer(&scene, &peer, Method::GET, &format!("{TOKENS}/{token}"), Value::Null).await;
    assert_eq!((&known["completed"], &known["pending"]), (&json!(1), &json!(0)), "{known}");
    assert_eq!(redeem(&scene.page, &peer, &token, "zweite").await, Ok(true), "the other use is left");
    assert_eq!(state(&scene, &token).await, State::Used);
    scene.stop().await;
    scene.verify();
}

/// By the homeserver's own administration. Synapse takes no end that is past already.
#[tokio::test]
async fn on_synapse_a_token_that_ended_by_another_hand_is_refused() {
    let Some((scene, synapse)) = synapse(true).await else { return };
    let peer = Peer::Socket(synapse.socket());
    let (_, token) = scene.token("1", 1).await;
    assert_eq!(state(&scene, &token).await, State::Valid, "the control");
    assert_eq!(state(&scene, "nobody-issued-this").await, State::Unknown);
    let soon = (Timestamp::now() + 1.second()).as_millisecond();
    let path = format!("{TOKENS}/{token}");
    administer(&scene, &peer, Method::PUT, &path, json!({ "expiry_time": soon })).await;
    tokio::time::sleep(Duration::from_millis(1200)).await;
    assert_eq!(state(&scene, &token).await, State::Revoked);
    let refused = scene.page.ask::<RedeemBegin>(&begin(&token, "gast")).await;
    assert_eq!(code(refused), ErrorCode::TokenRevoked);
    assert_ne!(register_within(PATIENCE, &peer, "gast", &token).await, 200);
    let (_, ended) = scene.token("2", 1).await;
    assert_eq!(state(&scene, &ended).await, State::Valid, "the control");
    administer(&scene, &peer, Method::DELETE, &format!("{TOKENS}/{ended}"), Value::Null).await;
    assert_eq!(state(&scene, &ended).await, State::Revoked);
    assert!(ask::<GuestList>(&scene.bot, Nothing {}).await.guests.is_empty());
}

#[tokio::test]
async fn on_synapse_an_end_that_was_interrupted_is_finished() {
    let Some((mut scene, synapse)) = synapse(true).await else { return };
    let peer = Peer::Socket(synapse.socket());
    let (_, token) = scene.token("1", 1).await;
    assert_eq!(redeem(&scene.page, &peer, &token, "gast").await, Ok(true));
    let create = Create { by: STAFF.into(), name: "project".into() };
    ask::<RoomCreate>(&scene.bot, create).await;
    let password = "correct horse battery";
    log_in(&peer, "gast", password).await.unwrap();
    let show = async |scene: &Scene| ask::<GuestShow>(&scene.bot, About { user: "gast".into() }).await;
    let before = show(&scene).await;
    assert!(before.sessions == 1 && !before.rooms.is_empty(), "the control: {before:?}");

    let client = scene.bot.clone();
    let order = Order { by: STAFF.into(), user: "gast".into() };
    let asking = tokio::spawn(async move { client.ask::<GuestDeactivate>(&order).await });
    while scene.count("deactivate-begun") == 0 {
        tokio::task::yield_now().await;
    }
    scene.kill().await;
    asking.abort();
    assert_eq!(scene.count("deactivated"), 0, "the control: it was killed in the middle");
    scene.start().await;
    for _ in 0..400 {
        if scene.count("deactivated") == 1 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let after = show(&scene).await;
    assert!(after.guest.deactivated && after.rooms.is_empty() && after.sessions == 0, "{after:?}");
    assert!(log_in(&peer, "gast", password).await.is_none());
}

/// Synapse has no token file, so the sentinel is in its database: what is lost there is put back, what is lost of the file
/// is told. Registration asks for a token all the while.
#[tokio::test]
async fn on_synapse_a_lost_sentinel_is_put_back_or_told() {
    let Some((scene, synapse)) = synapse(true).await else { return };
    let peer = Peer::Socket(synapse.socket());
    let look = async || ask::<Status>(&scene.bot, Nothing {}).await;
    assert_eq!(look().await.valid_tokens, 2);
    forget_tokens(&scene, &peer).await;
    assert!(!trap::is_open(&peer, "stranger").await, "this server does not have the trap");
    let status = look().await;
    assert_eq!((status.sentinel, status.spare), (Guardian::Present, Guardian::Present));
    assert_eq!((&status.alarms[..], status.valid_tokens), (&[][..], 2));

    let sentinel = scene.folder.path().join("sentinel");
    for breakage in trap::BREAKAGES {
        breakage(&sentinel);
        forget_tokens(&scene, &peer).await;
        let status = look().await;
        assert_eq!(status.alarms, [Alarm::SentinelMissing], "{status:?}");
        assert_eq!((status.registration, status.spare), (Registration::Closed, Guardian::Present));
        assert!(!trap::is_open(&peer, "stranger").await);
        let _ = fs::remove_dir(&sentinel);
        fs::write(&sentinel, SENTINEL).unwrap();
        let status = look().await;
        assert_eq!((&status.alarms[..], status.sentinel), (&[][..], Guardian::Present));
    }
}
