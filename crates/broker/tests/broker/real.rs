//! The adapter before a real Synapse: `RAMPART_SYNAPSE` names its Python environment (the lab's cache has one). Without it
//! nothing is shown here and the test says so.

use std::{fs, path::Path, time::Duration};

use broker::{bootstrap, client::Client};
use broker_api::{
    ErrorCode, Nothing,
    guest::{Order, Reactivate, Show},
    page::{LinkRedeem, Lookup as Asked},
    room::{Create, Invite},
    status::{Guardian, Registration},
    token::{Extend, Revoke, State},
    verbs::{
        GuestDeactivate, GuestList, GuestLock, GuestReactivate, GuestShow, GuestUnlock, Lookup,
        PasswordLinkRedeem, RoomCreate, RoomInvite, Status, TokenCreate, TokenExtend, TokenRevoke,
    },
};
use daemon::http::{Peer, Question};
use http::Method;
use serde_json::{Value, json};
use testkit::homeserver::{Kind, Synapse};
use tokio_util::sync::CancellationToken;

use crate::{
    harness::{STAFF, Scene, ask, code, order, prepared, word},
    redeem::{from_loopback, redeem, state},
};

const ONCE: &str = "one-time-password-of-the-tests-0123456789";

/// A Synapse with an administrator whose password is good for one log-in, and a broker that is not started yet.
async fn scene(python: &Path) -> (Scene, Synapse) {
    let mut scene = prepared(Kind::SynapseLike, true);
    let folder = scene.folder.path().to_owned();
    let synapse = Synapse::start(python, &folder).await.unwrap();
    synapse.make_account("rampart-broker", ONCE, true).unwrap();
    fs::remove_file(folder.join("state/admin-token")).unwrap();
    fs::write(folder.join("bootstrap"), ONCE).unwrap();
    scene.config.homeserver.socket = Some(synapse.socket().display().to_string());
    (scene, synapse)
}

#[tokio::test]
async fn every_verb_works_on_synapse() {
    let Some(python) = Synapse::python() else {
        println!("skipped: RAMPART_SYNAPSE names no Python with Synapse");
        return;
    };
    let (mut scene, synapse) = scene(&python).await;
    for _ in 0..2 {
        bootstrap::run(scene.config.clone(), CancellationToken::new()).await.unwrap();
    }
    let peer = Peer::Socket(synapse.socket());
    assert!(log_in(&peer, "rampart-broker", ONCE).await.is_none(), "the one-time password is changed");
    scene.start().await;
    status(&scene).await;
    let token = redemptions(&scene, &peer).await;
    tokens(&scene).await;
    accounts(&scene, &peer).await;
    scene.kill().await;
    scene.start().await;
    assert_eq!(state(&scene, &token).await, State::Used);
    scene.stop().await;
    scene.verify();
}

async fn status(scene: &Scene) {
    let status = ask::<Status>(&scene.bot, Nothing {}).await;
    assert_eq!(status.alarms, []);
    assert_eq!((status.registration, status.sentinel), (Registration::Closed, Guardian::Present));
}

/// Fifty at once: one account.
async fn redemptions(scene: &Scene, peer: &Peer) -> String {
    let (_, token) = scene.token("1", 1).await;
    let tries: Vec<_> = (0..50)
        .map(|n| {
            let (page, peer, token): (Client, Peer, String) =
                (scene.page.clone(), peer.clone(), token.clone());
            tokio::spawn(async move { redeem(&page, &peer, &token, &format!("guest{n}")).await })
        })
        .collect();
    let mut made = 0;
    for task in tries {
        made += u32::from(task.await.unwrap() == Ok(true));
    }
    let guests = ask::<GuestList>(&scene.bot, Nothing {}).await.guests;
    assert_eq!((made, guests.len()), (1, 1), "{guests:?}");
    token
}

async fn tokens(scene: &Scene) {
    let (id, token) = scene.token("2", 2).await;
    let extend = Extend { by: STAFF.into(), id: id.clone(), ttl_seconds: 86_400 };
    ask::<TokenExtend>(&scene.bot, extend).await;
    let again = ask::<TokenCreate>(&scene.bot, order("2", 2)).await;
    assert_eq!(word(&again.url), token, "an order that arrives twice");
    assert_eq!(ask::<Lookup>(&scene.page, Asked { token: token.clone() }).await.state, State::Valid);
    ask::<TokenRevoke>(&scene.bot, Revoke { by: STAFF.into(), id }).await;
    assert_eq!(ask::<Lookup>(&scene.page, Asked { token }).await.state, State::Revoked);
}

/// A guest in rooms and with sessions is locked, ended and brought back.
async fn accounts(scene: &Scene, peer: &Peer) {
    let (_, token) = scene.token("3", 1).await;
    assert_eq!(redeem(&scene.page, peer, &token, "gast").await, Ok(true));
    let by = || STAFF.to_owned();
    let about = || Order { by: by(), user: "gast".into() };
    let room = ask::<RoomCreate>(&scene.bot, Create { by: by(), name: "project".into() }).await;
    ask::<RoomInvite>(&scene.bot, Invite { by: by(), room: "project".into(), user: "gast".into() }).await;
    let password = "correct horse battery";
    let session = log_in(peer, "gast", password).await.unwrap();
    let room = room.room.replace('!', "%21").replace(':', "%3A");
    assert_eq!(post(peer, &format!("/_matrix/client/v3/rooms/{room}/join"), &session).await, 200);
    let shown = ask::<GuestShow>(&scene.bot, Show { user: "gast".into() }).await;
    assert!(shown.rooms.len() >= 2, "the welcome room and the project: {shown:?}");
    assert_eq!(shown.sessions, 1);
    assert!(ask::<GuestLock>(&scene.bot, about()).await.locked);
    assert_eq!(post(peer, "/_matrix/client/v3/keys/query", &session).await, 401);
    assert!(!ask::<GuestUnlock>(&scene.bot, about()).await.locked);
    ask::<GuestLock>(&scene.bot, about()).await;
    let ended = ask::<GuestDeactivate>(&scene.bot, about()).await;
    assert!(ended.rooms >= 2 && ended.sessions >= 1, "{ended:?}");
    assert!(log_in(peer, "gast", password).await.is_none());
    let shown = ask::<GuestShow>(&scene.bot, Show { user: "gast".into() }).await;
    assert!(shown.guest.deactivated && shown.rooms.is_empty() && shown.sessions == 0);
    let link = Reactivate { by: by(), user: "gast".into(), ttl_seconds: 600 };
    let link = word(&ask::<GuestReactivate>(&scene.bot, link).await.url);
    let redeem = LinkRedeem { link, password: "another long password".into() };
    ask::<PasswordLinkRedeem>(&scene.page, redeem.clone()).await;
    assert!(log_in(peer, "gast", "another long password").await.is_some());
    assert_eq!(code(scene.page.ask::<PasswordLinkRedeem>(&redeem).await), ErrorCode::TokenUsed);
}

async fn log_in(peer: &Peer, user: &str, password: &str) -> Option<String> {
    let body = json!({
        "type": "m.login.password", "identifier": { "type": "m.id.user", "user": user }, "password": password,
    });
    let path = "/_matrix/client/v3/login";
    let question =
        from_loopback(Question::json(Method::POST, path, body.to_string(), Duration::from_secs(20)));
    let answer: Value = serde_json::from_slice(&peer.ask(question).await.unwrap().body).unwrap();
    answer["access_token"].as_str().map(str::to_owned)
}

async fn post(peer: &Peer, path: &str, session: &str) -> u16 {
    let question = Question::json(Method::POST, path, "{}", Duration::from_secs(20)).bearer(session);
    let question = from_loopback(question);
    peer.ask(question).await.unwrap().status.as_u16()
}
