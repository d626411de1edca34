//! The adapter before real servers: `RAMPART_SYNAPSE` names Synapse's Python environment (the lab's cache has one),
//! `RAMPART_TUWUNEL` the program of a Tuwunel. Without them nothing is shown here and the tests say so.

use std::{path::Path, time::Duration};

use broker::{
    bootstrap,
    client::Client,
    staff::{self, StaffError, carry_out},
};
use broker_api::{
    ErrorCode, Nothing,
    guest::{Order, Reactivate, Show},
    page::{LinkRedeem, Lookup as Asked},
    room::{Create, Invite},
    status::{Alarm, Guardian, Registration},
    token::{Extend, Revoke, State},
    verbs::{
        GuestDeactivate, GuestList, GuestLock, GuestReactivate, GuestShow, GuestUnlock, Lookup,
        PasswordLinkRedeem, RoomCreate, RoomInvite, Status, TokenCreate, TokenExtend, TokenRevoke,
    },
};
use daemon::http::{Peer, Question};
use fs_err as fs;
use http::Method;
use serde_json::{Value, json};
use testkit::homeserver::{Kind, Synapse, Tuwunel};
use tokio_util::sync::CancellationToken;

use crate::{
    harness::{SENTINEL, STAFF, Scene, ask, code, order, prepared, word},
    redeem::{from_loopback, redeem, state},
    staff::password,
    trap,
};

const ONCE: &str = "one-time-password-of-the-tests-0123456789";

/// An administrator's password is good for one log-in, and the broker of a server of this kind is not started yet.
fn fresh(kind: Kind, has_guests: bool) -> Scene {
    let mut scene = prepared(kind, has_guests);
    // They hash passwords, which takes seconds on a busy machine.
    scene.config.upstream_timeout = values::Duration::seconds(30);
    fs::remove_file(scene.folder.path().join("state/admin-token")).unwrap();
    fs::write(scene.folder.path().join("bootstrap"), ONCE).unwrap();
    scene
}

/// Bootstrap, twice, then the broker.
async fn begun(scene: &mut Scene, socket: &Path) {
    scene.config.homeserver.socket = Some(socket.display().to_string());
    for _ in 0..2 {
        bootstrap::run(scene.config.clone(), CancellationToken::new()).await.unwrap();
    }
    scene.start().await;
}

#[tokio::test]
async fn every_verb_works_on_synapse() {
    let Some((scene, synapse)) = synapse(true).await else { return };
    every_verb(scene, &Peer::Socket(synapse.socket())).await;
}

#[tokio::test]
async fn staff_accounts_work_on_synapse() {
    let Some((scene, synapse)) = synapse(false).await else { return };
    staff_accounts(&scene, &Peer::Socket(synapse.socket())).await;
}

#[tokio::test]
async fn every_verb_works_on_tuwunel() {
    let Some((scene, tuwunel)) = tuwunel(true).await else { return };
    every_verb(scene, &Peer::Socket(tuwunel.socket())).await;
}

#[tokio::test]
async fn staff_accounts_work_on_tuwunel() {
    let Some((scene, tuwunel)) = tuwunel(false).await else { return };
    staff_accounts(&scene, &Peer::Socket(tuwunel.socket())).await;
}

pub(crate) async fn synapse(has_guests: bool) -> Option<(Scene, Synapse)> {
    let Some(python) = Synapse::python() else {
        println!("skipped: RAMPART_SYNAPSE names no Python with Synapse");
        return None;
    };
    let mut scene = fresh(Kind::SynapseLike, has_guests);
    let synapse = Synapse::start(&python, scene.folder.path()).await.unwrap();
    synapse.make_account("rampart-broker", ONCE, true).unwrap();
    begun(&mut scene, &synapse.socket()).await;
    Some((scene, synapse))
}

async fn tuwunel(has_guests: bool) -> Option<(Scene, Tuwunel)> {
    let Some(program) = Tuwunel::program() else {
        println!("skipped: RAMPART_TUWUNEL names no program");
        return None;
    };
    let mut scene = fresh(Kind::TuwunelLike, has_guests);
    let tuwunel = Tuwunel::start(&program, scene.folder.path(), "rampart-broker", ONCE).await.unwrap();
    begun(&mut scene, &tuwunel.socket()).await;
    Some((scene, tuwunel))
}

/// Beside a running broker, as on a core.
async fn staff_accounts(scene: &Scene, peer: &Peer) {
    const WHOSE: &str = "/_matrix/client/v3/keys/query";
    let name = || "anna".to_owned();
    let first = password(scene, staff::Order::Create { name: name() }).await;
    let session = log_in(peer, "anna", &first).await.unwrap();
    let again = carry_out(&scene.config, &staff::Order::Create { name: name() }).await;
    assert!(matches!(again, Err(StaffError::There(_))), "{again:?}");
    assert_ne!(post(peer, WHOSE, &session).await, 401, "the session goes on");
    let second = password(scene, staff::Order::Reset { name: name() }).await;
    assert_eq!(post(peer, WHOSE, &session).await, 401, "the session has ended");
    assert!(log_in(peer, "anna", &first).await.is_none());
    assert!(log_in(peer, "anna", &second).await.is_some());
    carry_out(&scene.config, &staff::Order::End { name: name() }).await.unwrap();
    assert!(log_in(peer, "anna", &second).await.is_none());
    let again = carry_out(&scene.config, &staff::Order::Reset { name: name() }).await;
    assert!(matches!(again, Err(StaffError::Stopped(_))), "{again:?}");
}

/// The trap itself, on the server that has it: with the sentinel gone the spare keeps registration closed; with both gone
/// anybody could register until the next look, which every half minute brings.
#[tokio::test]
async fn on_tuwunel_registration_stays_closed_and_the_alarm_is_raised() {
    let Some((scene, tuwunel)) = tuwunel(true).await else { return };
    let peer = Peer::Socket(tuwunel.socket());
    let look = async || ask::<Status>(&scene.bot, Nothing {}).await;
    look().await;
    let sentinel = scene.folder.path().join("sentinel");
    for breakage in trap::BREAKAGES {
        breakage(&sentinel);
        let status = look().await;
        assert!(status.alarms.contains(&Alarm::SentinelMissing), "{status:?}");
        assert_eq!((status.registration, status.spare), (Registration::Closed, Guardian::Present));
        assert!(!trap::is_open(&peer, "stranger").await);
        let _ = fs::remove_dir(&sentinel);
        fs::write(&sentinel, SENTINEL).unwrap();
        assert_eq!(look().await.alarms, []);
    }

    fs::remove_file(&sentinel).unwrap();
    forget_tokens(&scene, &peer).await;
    assert!(trap::is_open(&peer, "stranger").await, "the control: this server has the trap");
    let status = look().await;
    assert_eq!((status.registration, status.spare), (Registration::Closed, Guardian::Present));
    assert!(status.alarms.contains(&Alarm::SentinelMissing));
    assert!(!trap::is_open(&peer, "another").await);
}

/// `tenant.guests-may-create-rooms = false`, as it is rendered: neither the double nor Synapse has that setting.
#[tokio::test]
async fn on_tuwunel_only_staff_make_rooms() {
    let Some((scene, tuwunel)) = tuwunel(true).await else { return };
    let peer = Peer::Socket(tuwunel.socket());
    let (_, token) = scene.token("1", 1).await;
    assert_eq!(redeem(&scene.page, &peer, &token, "gast").await, Ok(true));
    let session = log_in(&peer, "gast", "correct horse battery").await.unwrap();
    assert_eq!(post(&peer, "/_matrix/client/v3/createRoom", &session).await, 403);
    let order = Create { by: STAFF.into(), name: "project".into() };
    assert!(ask::<RoomCreate>(&scene.bot, order).await.room.starts_with('!'), "the control: the broker may");
}

/// Takes every token from the homeserver's database, past the broker.
pub(crate) async fn forget_tokens(scene: &Scene, peer: &Peer) {
    const PATH: &str = "/_synapse/admin/v1/registration_tokens";
    let listed = administer(scene, peer, Method::GET, PATH, Value::Null).await;
    for one in listed["registration_tokens"].as_array().unwrap() {
        let path = format!("{PATH}/{}", one["token"].as_str().unwrap());
        administer(scene, peer, Method::DELETE, &path, Value::Null).await;
    }
}

/// Does something at the homeserver with the administrator's token, past the broker.
pub(crate) async fn administer(scene: &Scene, peer: &Peer, method: Method, path: &str, body: Value) -> Value {
    let admin = fs::read_to_string(scene.folder.path().join("state/admin-token")).unwrap();
    let question = Question::json(method, path, body.to_string(), Duration::from_secs(20));
    let answer = peer.ask(from_loopback(question.bearer(admin.trim()))).await.unwrap();
    assert!(answer.status.is_success(), "{path}: {}", String::from_utf8_lossy(&answer.body));
    serde_json::from_slice(&answer.body).unwrap()
}

async fn every_verb(mut scene: Scene, peer: &Peer) {
    assert!(log_in(peer, "rampart-broker", ONCE).await.is_none(), "the one-time password is changed");
    status(&scene).await;
    let token = redemptions(&scene, peer).await;
    tokens(&scene).await;
    accounts(&scene, peer).await;
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

pub(crate) async fn log_in(peer: &Peer, user: &str, password: &str) -> Option<String> {
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
