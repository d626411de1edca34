//! Orders by chat, on a real Synapse. `RAMPART_SYNAPSE` names its Python environment; without it nothing is shown here and the
//! tests say so.

use std::time::Duration;

use broker_api::{token::State, verbs::GuestList};
use daemon::http::{Peer, Question};
use fs_err as fs;
use http::Method;
use serde_json::{Value, json};
use testkit::homeserver::Synapse;
use tokio::time::sleep;

use crate::{
    harness::{PASSWORD, Scene},
    person::{Person, in_room},
};

/// Anna in the restricted room, and the bot listening.
async fn scene() -> Option<(Scene, Person, String)> {
    let Some(python) = Synapse::python() else {
        println!("skipped: RAMPART_SYNAPSE names no Python with Synapse");
        return None;
    };
    let mut scene = Scene::new(&python, &["anna", "ben", "eve"]).await;
    scene.start_bot();
    let anna = scene.person("anna").await;
    let room = anna.accept(false).await;
    Some((scene, anna, room))
}

fn text(event: &Value) -> &str {
    event["content"]["body"].as_str().unwrap_or_default()
}

#[tokio::test]
async fn an_order_is_answered_in_its_thread_and_the_address_comes_alone() {
    let Some((mut scene, anna, room)) = scene().await else { return };
    let order = anna.say(&room, "!token generate --for Alice").await;
    anna.sign(&room, &order, "👀").await;
    let direct = anna.accept(true).await;
    let told = anna.sees(&direct, "the address", |event| text(event).contains("https://partners.")).await;
    anna.sign(&room, &order, "✅").await;
    let answer = anna.answer(&room, &order).await;
    assert_eq!(answer["content"]["m.relates_to"]["rel_type"], json!("m.thread"), "{answer:#}");
    assert_eq!(answer["content"]["format"], json!("org.matrix.custom.html"));
    assert_eq!(answer["content"]["m.mentions"], json!({}), "nobody is called");

    let tokens = scene.tokens().await;
    assert_eq!((tokens.len(), tokens[0].recipient.as_deref()), (1, Some("Alice")));
    assert_eq!((tokens[0].issuer.as_str(), tokens[0].room.as_str()), ("@anna:example.org", room.as_str()));
    assert!(text(&answer).contains(&tokens[0].id), "{answer:#}");
    let secret = text(&told).split_once("token=").unwrap().1;
    let secret: String =
        secret.chars().take_while(|c| c.is_ascii_alphanumeric() || "._~-".contains(*c)).collect();
    assert!(secret.len() > 16, "{told:#}");
    for event in anna.events(&room).await {
        assert!(!event.to_string().contains(&secret), "the room sees the id only: {event:#}");
    }

    private(&anna, &direct).await;
    closed(&anna, &room).await;
    strangers(&scene, &anna, &room).await;
    confirmed(&scene, &anna, &room).await;

    let memory = scene.memory();
    println!("resident: {memory} KiB (debug build)");
    let bot_token = fs::read_to_string(scene.folder.path().join("core/state/bot-token")).unwrap();
    assert!(scene.stop_bot().success());
    let log = fs::read_to_string(scene.log()).unwrap();
    for secret in [secret.as_str(), bot_token.trim(), crate::harness::CLIENT_TOKEN] {
        assert!(!log.contains(secret), "a secret is in the log");
    }
    let (code, said) = scene.ledger(&["verify"]);
    assert_eq!(code, 0, "{said}");
    let (_, export) = scene.ledger(&["export"]);
    assert!(export.contains(&tokens[0].hash) && !export.contains(&secret), "{export}");
    changed(&scene);
}

/// The direct room has two people, and cannot be encrypted.
async fn private(anna: &Person, direct: &str) {
    let encryption = in_room(direct, "state/m.room.encryption");
    assert_eq!(anna.ask(Method::GET, &encryption, &Value::Null).await["errcode"], json!("M_NOT_FOUND"));
    let megolm = json!({ "algorithm": "m.megolm.v1.aes-sha2" });
    let refused = anna.ask(Method::PUT, &encryption, &megolm).await;
    assert_eq!(refused["errcode"], json!("M_FORBIDDEN"));
    let invite = json!({ "user_id": "@eve:example.org" });
    let refused = anna.ask(Method::POST, &in_room(direct, "invite"), &invite).await;
    assert_eq!(refused["errcode"], json!("M_FORBIDDEN"));
}

/// The restricted room: who was named may invite, nobody may encrypt.
async fn closed(anna: &Person, room: &str) {
    let rules = anna.ask(Method::GET, &in_room(room, "state/m.room.join_rules"), &Value::Null).await;
    assert_eq!(rules["join_rule"], json!("invite"));
    let megolm = json!({ "algorithm": "m.megolm.v1.aes-sha2" });
    let refused = anna.ask(Method::PUT, &in_room(room, "state/m.room.encryption"), &megolm).await;
    assert_eq!(refused["errcode"], json!("M_FORBIDDEN"));
    let invite = json!({ "user_id": "@eve:example.org" });
    assert_eq!(anna.ask(Method::POST, &in_room(room, "invite"), &invite).await, json!({}));
}

/// Eve has no power, in the restricted room and in one of her own.
async fn strangers(scene: &Scene, anna: &Person, room: &str) {
    let eve = scene.person("eve").await;
    assert_eq!(eve.accept(false).await, room);
    let order = eve.say(room, "!token generate --for Mallory").await;
    anna.sign(room, &order, "❌").await;
    let wanted = json!({ "preset": "private_chat", "invite": ["@rampart-bot:example.org"] });
    let made = eve.ask(Method::POST, "createRoom", &wanted).await;
    let own = made["room_id"].as_str().unwrap();
    eve.sees(own, "the bot declining", |event| {
        event["state_key"] == json!("@rampart-bot:example.org")
            && event["content"]["membership"] == json!("leave")
    })
    .await;
    assert_eq!(scene.tokens().await.len(), 1);
}

/// What destroys asks, and waits for the same person.
async fn confirmed(scene: &Scene, anna: &Person, room: &str) {
    scene.guests.state().add_user("alice", "a password", false);
    let order = anna.say(room, "!guest deactivate alice").await;
    let question = anna.answer(room, &order).await;
    let question = question["event_id"].as_str().unwrap();
    let ben = scene.person("ben").await;
    assert_eq!(ben.accept(false).await, room);
    ben.react(room, question, "✅").await;
    let later = anna.say(room, "!whoami").await;
    anna.answer(room, &later).await;
    let guests = || async { scene.asker.ask::<GuestList>(&broker_api::Nothing {}).await.unwrap().guests };
    assert!(guests().await.iter().all(|guest| !guest.deactivated), "somebody else cannot confirm");
    anna.react(room, question, "✅").await;
    anna.sign(room, &order, "✅").await;
    assert!(guests().await.iter().any(|guest| guest.user == "@alice:example.org" && guest.deactivated));
}

/// One byte is enough.
fn changed(scene: &Scene) {
    let file = scene.folder.path().join("bot/ledger.jsonl");
    let good = fs::read_to_string(&file).unwrap();
    fs::write(&file, good.replacen("Alice", "Alicf", 1)).unwrap();
    let (code, said) = scene.ledger(&["verify"]);
    assert_eq!(code, 1, "{said}");
    fs::write(&file, good).unwrap();
}

#[tokio::test]
async fn each_order_is_obeyed_once_across_restarts_and_outages() {
    let Some((mut scene, anna, room)) = scene().await else { return };
    let order = anna.say(&room, "!token generate --for One").await;
    anna.sign(&room, &order, "✅").await;
    let count = |name: &'static str| {
        move |tokens: &[broker_api::token::Token]| {
            tokens.iter().filter(|token| token.recipient.as_deref() == Some(name)).count() == 1
        }
    };
    // Sent while it is away; killed again and again on the way.
    scene.kill_bot();
    let order = anna.say(&room, "!token generate --for Two").await;
    for pause in [300, 600, 900] {
        scene.start_bot();
        sleep(Duration::from_millis(pause)).await;
        scene.kill_bot();
    }
    scene.start_bot();
    anna.sign(&room, &order, "✅").await;
    scene.wait_for_tokens("one each", |tokens| count("One")(tokens) && count("Two")(tokens)).await;

    // The homeserver goes away under it.
    scene.staff.end().unwrap();
    sleep(Duration::from_secs(2)).await;
    scene.staff.begin().await.unwrap();
    let order = anna.say(&room, "!token generate --for Three").await;
    anna.sign(&room, &order, "✅").await;

    // The tenant's broker goes away, and comes back while it is asked.
    scene.stop_tenant();
    let order = anna.say(&room, "!token generate --for Four").await;
    anna.sign(&room, &order, "👀").await;
    sleep(Duration::from_secs(2)).await;
    scene.start_tenant();
    anna.sign(&room, &order, "✅").await;
    scene
        .wait_for_tokens("one each", |tokens| {
            tokens.len() == 4 && ["One", "Two", "Three", "Four"].iter().all(|name| count(name)(tokens))
        })
        .await;
    let page = numbers(&scene).await;
    assert!(
        page.contains("rampart_bot_connected 1")
            && page.contains("rampart_bot_open_tokens{tenant=\"partners\"}"),
        "{page}"
    );

    compared(&scene);
    forgotten(&mut scene, &anna, &room).await;
    left(&scene, &anna, &room).await;
}

async fn numbers(scene: &Scene) -> String {
    let question = Question::get("/metrics", Duration::from_secs(5));
    let answer = Peer::Address(scene.metrics).ask(question).await;
    answer.map(|answer| String::from_utf8(answer.body.to_vec()).unwrap()).unwrap_or_default()
}

/// Waits until the bot has heard the homeserver.
async fn connected(scene: &Scene) {
    while !numbers(scene).await.contains("rampart_bot_connected 1") {
        sleep(Duration::from_millis(100)).await;
    }
}

/// The bot's ledger and the broker's say the same; a token that the bot never saw is found.
fn compared(scene: &Scene) {
    let ledger = scene.folder.path().join("dmz/state/ledger.jsonl");
    let (code, said) = scene.ledger(&["compare", "partners", ledger.to_str().unwrap()]);
    assert_eq!(code, 0, "{said}");
}

/// The state folder is lost: the room is found again, and what was sent before is not obeyed.
async fn forgotten(scene: &mut Scene, anna: &Person, room: &str) {
    assert!(scene.stop_bot().success());
    fs::remove_file(scene.folder.path().join("bot/state.json")).unwrap();
    let missed = anna.say(room, "!token generate --for Five").await;
    scene.start_bot();
    connected(scene).await;
    let order = anna.say(room, "!token generate --for Six").await;
    anna.sign(room, &order, "✅").await;
    let signs = anna.events(room).await;
    assert!(signs.iter().all(|sign| sign["content"]["m.relates_to"]["event_id"] != json!(missed)));
}

/// Anna's account ends: her open tokens do so, too, and the room is told.
async fn left(scene: &Scene, anna: &Person, room: &str) {
    let ben = scene.person("ben").await;
    ben.accept(false).await;
    let auth = json!({
        "type": "m.login.password", "identifier": { "type": "m.id.user", "user": "anna" }, "password": PASSWORD,
    });
    let ended = anna.ask(Method::POST, "account/deactivate", &json!({ "auth": auth })).await;
    assert_eq!(ended["errcode"], Value::Null, "{ended}");
    scene.wait_for_tokens("ended", |tokens| tokens.iter().all(|token| token.state == State::Revoked)).await;
    ben.sees(room, "that they were ended", |event| {
        event["sender"] == json!("@rampart-bot:example.org") && text(event).contains("@anna:example.org")
    })
    .await;
}
