//! How long an answer takes, beside what the homeserver itself takes for a message and its echo.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::{chat::scene, person::Person};

const ROUNDS: usize = 60;

fn is_text(event: &Value, text: &str) -> bool {
    event["content"]["body"] == json!(text)
}

/// A message, and the same one said by somebody else as soon as it was heard.
async fn echo(anna: &Person, ben: &Person, room: &str) -> Vec<Duration> {
    let (mut annas, mut bens) = (anna.now().await, ben.now().await);
    let mut taken = Vec::new();
    for round in 0..ROUNDS {
        let (call, reply) = (format!("call {round}"), format!("reply {round}"));
        let start = Instant::now();
        let echo = async {
            ben.hears(&mut bens, room, |event| is_text(event, &call)).await;
            ben.say(room, &reply).await;
        };
        let heard = async {
            anna.say(room, &call).await;
            anna.hears(&mut annas, room, |event| is_text(event, &reply)).await;
        };
        tokio::join!(echo, heard);
        taken.push(start.elapsed());
    }
    taken
}

async fn orders(anna: &Person, room: &str) -> Vec<Duration> {
    let mut since = anna.now().await;
    let mut taken = Vec::new();
    for _ in 0..ROUNDS {
        let start = Instant::now();
        let order = anna.say(room, "!whoami").await;
        let is_answer = |event: &Value| {
            event["content"]["msgtype"] == json!("m.notice")
                && event["content"]["m.relates_to"]["event_id"] == json!(order)
        };
        anna.hears(&mut since, room, is_answer).await;
        taken.push(start.elapsed());
    }
    taken
}

fn show(what: &str, mut taken: Vec<Duration>) {
    taken.sort_unstable();
    let at = |part: usize| taken[taken.len() * part / 100].as_secs_f64() * 1000.0;
    println!("{what}: p50 {:.1} ms, p95 {:.1} ms", at(50), at(95));
}

#[tokio::test]
#[ignore = "measures, and judges nothing"]
async fn an_answer_beside_an_echo() {
    let Some((scene, anna, room)) = scene().await else { return };
    let ben = scene.person("ben").await;
    assert_eq!(ben.accept(false).await, room);
    for round in 1..=2 {
        show(&format!("echo {round}"), echo(&anna, &ben, &room).await);
        show(&format!("order {round}"), orders(&anna, &room).await);
    }
}
