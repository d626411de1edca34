//! The fail-open trap: once no valid token is left, Tuwunel lets everybody register. The double does so too.

use std::{path::Path, time::Duration};

use broker_api::{
    Nothing,
    status::{Alarm, Guardian, Registration},
    verbs::Status,
};
use daemon::http::{Peer, Question};
use fs_err as fs;
use http::Method;
use serde_json::{Value, json};
use testkit::homeserver::Kind;

use crate::{
    harness::{Scene, ask, guests},
    redeem::from_loopback,
};

async fn status(scene: &Scene) -> broker_api::status::Status {
    ask::<Status>(&scene.bot, Nothing {}).await
}

/// What may become of the file with the sentinel: blank, missing, unreadable.
pub(crate) const BREAKAGES: [fn(&Path); 3] = [
    |file| fs::write(file, " \n\t").unwrap(),
    |file| fs::remove_file(file).unwrap(),
    |file| {
        fs::remove_file(file).unwrap();
        fs::create_dir(file).unwrap();
    },
];

/// Whether somebody without a token can make an account at the homeserver's own door.
pub(crate) async fn is_open(peer: &Peer, name: &str) -> bool {
    let ask = async |body: Value| {
        let path = "/_matrix/client/v3/register";
        let question = Question::json(Method::POST, path, body.to_string(), Duration::from_secs(20));
        peer.ask(from_loopback(question)).await.unwrap()
    };
    let offer = ask(json!({ "username": name, "password": "x" })).await;
    let offer: Value = serde_json::from_slice(&offer.body).unwrap();
    let auth = json!({ "type": "m.login.dummy", "session": offer["session"] });
    ask(json!({ "username": name, "password": "x", "auth": auth })).await.status.is_success()
}

async fn is_open_at(scene: &Scene) -> bool {
    is_open(&Peer::Socket(scene.homeserver.socket().to_owned()), "stranger").await
}

#[tokio::test]
async fn all_is_well() {
    for kind in [Kind::TuwunelLike, Kind::SynapseLike] {
        let scene = guests(kind).await;
        let status = status(&scene).await;
        assert_eq!(status.alarms, [], "{kind:?}");
        assert_eq!((status.sentinel, status.spare), (Guardian::Present, Guardian::Present));
        assert_eq!((status.registration, status.valid_tokens), (Registration::Closed, 2));
    }
}

/// The double has the trap: without this test the others would prove nothing.
#[tokio::test]
async fn the_double_falls_open_without_a_broker() {
    let scene = crate::harness::prepared(Kind::TuwunelLike, true);
    assert!(!is_open_at(&scene).await);
    fs::write(scene.folder.path().join("sentinel"), " \n").unwrap();
    assert!(is_open_at(&scene).await);
}

#[tokio::test]
async fn a_blank_missing_or_unreadable_sentinel_raises_an_alarm_and_registration_stays_closed() {
    for breakage in BREAKAGES {
        let scene = guests(Kind::TuwunelLike).await;
        status(&scene).await;
        breakage(&scene.folder.path().join("sentinel"));
        let status = status(&scene).await;
        assert!(status.alarms.contains(&Alarm::SentinelMissing), "{status:?}");
        assert_eq!((status.registration, status.spare), (Registration::Closed, Guardian::Present));
        assert!(!is_open_at(&scene).await);
    }
}

/// Both walls fall: the next look builds one up again and says what it saw.
#[tokio::test]
async fn zero_valid_tokens_are_mended() {
    let scene = guests(Kind::TuwunelLike).await;
    status(&scene).await;
    fs::remove_file(scene.folder.path().join("sentinel")).unwrap();
    scene.homeserver.state().forget_tokens();
    assert!(is_open_at(&scene).await);
    let status = status(&scene).await;
    assert_eq!((status.registration, status.spare), (Registration::Closed, Guardian::Present));
    assert_eq!((status.sentinel, status.valid_tokens), (Guardian::Unknown, 1));
    assert!(status.alarms.contains(&Alarm::SentinelMissing));
    scene.homeserver.state().users.remove("@stranger:example.org");
    assert!(!is_open_at(&scene).await);
    assert_eq!(scene.count("spare-created"), 2);
}

/// The wrong sentinel is there: the file that the broker knows and the one of the homeserver differ.
#[tokio::test]
async fn another_sentinel_is_none() {
    let mut scene = guests(Kind::TuwunelLike).await;
    scene.stop().await;
    let other = scene.folder.path().join("other");
    fs::write(&other, "another-sentinel-0123456789-0123456789").unwrap();
    scene.config.guests.as_mut().unwrap().sentinel_file = other.display().to_string();
    scene.start().await;
    let status = status(&scene).await;
    assert_eq!(status.sentinel, Guardian::Missing);
    assert_eq!(status.alarms, [Alarm::SentinelMissing]);
}

#[tokio::test]
async fn a_homeserver_that_refuses_is_an_alarm() {
    let scene = guests(Kind::TuwunelLike).await;
    scene.homeserver.state().faults.admin_broken = true;
    let status = status(&scene).await;
    assert!(status.alarms.contains(&Alarm::HomeserverSilent), "{status:?}");
    assert_eq!(status.sentinel, Guardian::Unknown);
}

#[tokio::test]
async fn equal_answers_are_written_down_once() {
    let scene = guests(Kind::TuwunelLike).await;
    for _ in 0..5 {
        status(&scene).await;
    }
    assert_eq!(scene.count("status"), 1);
    fs::remove_file(scene.folder.path().join("sentinel")).unwrap();
    status(&scene).await;
    assert_eq!(scene.count("status"), 2);
    let last = scene.ledger().into_iter().rfind(|record| record["kind"] == "status").unwrap();
    assert_eq!(last["entry"]["repeated"], 4);
}
