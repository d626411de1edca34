//! Destructive and bulk orders ask first.

use broker_api::account::Reason;
use chat::{EventId, Incoming};
use chatops::{Deed, Post};

use crate::scene::{ANNA, BEN, Scene};

const YES: &str = "✅";
const NO: &str = "❌";

fn scene() -> Scene {
    let mut scene = Scene::usual();
    for name in ["bob", "carl"] {
        scene.broker.guest(name, false);
    }
    scene.write(ANNA, "!token generate");
    scene.write(ANNA, "!token generate");
    scene.broker.changes.clear();
    scene
}

#[test]
fn what_takes_away_or_is_many_asks_and_the_rest_does_not() {
    for (order, asks) in [
        ("!token revoke aaaaaaaa", true),
        ("!token extend aaaaaaaa --ttl 1h", false),
        ("!token extend aaaaaaaa aaaaaaab --ttl 1h", true),
        ("!guest lock bob", true),
        ("!guest unlock bob", false),
        ("!guest unlock bob carl", true),
        ("!guest deactivate bob", true),
        ("!guest reactivate bob", false),
        ("!room create x", false),
        ("!token generate", false),
        ("!token generate --uses 1", false),
        ("!token generate --uses 2", true),
        ("!token generate --staff --uses 5", true),
    ] {
        let mut scene = scene();
        scene.write(ANNA, order);
        assert_eq!(scene.broker.changes.is_empty(), asks, "{order}");
        scene.react(ANNA, YES);
        assert!(!scene.broker.changes.is_empty(), "{order}");
    }
}

/// One address for many is one order, but many accounts.
#[test]
fn an_address_for_many_says_for_how_many_before_it_is_made() {
    let mut scene = scene();
    let said = scene.write(ANNA, "!token generate --for the whole team --uses 40");
    assert!(said.iter().any(|line| line.contains("an enrolment address for 40 accounts")), "{said:?}");
    assert_eq!(scene.react(ANNA, NO).last().unwrap(), NO);
    assert_eq!(scene.broker.changes, [""; 0]);
}

#[test]
fn only_the_same_sender_and_only_under_the_question() {
    let mut scene = scene();
    scene.write(ANNA, "!guest deactivate bob");
    assert_eq!(scene.react(BEN, YES), [""; 0]);
    assert_eq!(scene.react(BEN, NO), [""; 0]);
    assert_eq!(scene.react(ANNA, "👍"), [""; 0]);
    let mut elsewhere = scene.reaction(ANNA, YES);
    elsewhere.target = EventId::new("$3");
    assert_eq!(scene.hear_reaction(elsewhere), [""; 0]);
    let mut weak = scene.reaction(ANNA, YES);
    weak.power = Some(0);
    assert_eq!(scene.hear_reaction(weak), [""; 0], "who lost the power meanwhile confirms nothing");
    assert_eq!(scene.broker.changes, [""; 0]);

    let said = scene.react(ANNA, YES);
    assert_eq!(
        said[0],
        "`@bob:partners.example` is deactivated: 2 devices logged out, 1 room left; looked at again."
    );
    assert_eq!(scene.react(ANNA, YES), [""; 0], "a question is answered once");
    assert_eq!(scene.broker.changes, ["guest-deactivate"]);
}

#[test]
fn a_no_calls_it_off() {
    let mut scene = scene();
    scene.write(ANNA, "!token revoke aaaaaaaa");
    assert_eq!(scene.react(ANNA, NO), [&format!("Called off by `{ANNA}`. Nothing was done."), NO]);
    assert_eq!(scene.react(ANNA, YES), [""; 0]);
    assert_eq!(scene.broker.changes, [""; 0]);
}

#[test]
fn a_question_stands_for_a_while() {
    let mut scene = scene();
    scene.write(ANNA, "!token revoke aaaaaaaa");
    assert_eq!(scene.wait(119), [""; 0]);
    assert_eq!(scene.wait(2), ["Nobody confirmed within 2 min. Nothing was done.", NO]);
    assert_eq!(scene.react(ANNA, YES), [""; 0]);
    assert_eq!(scene.broker.changes, [""; 0]);
}

/// The clock of the answer is the bot's: a late tick changes nothing.
#[test]
fn a_yes_after_the_time_is_none() {
    let mut scene = scene();
    scene.write(ANNA, "!token revoke aaaaaaaa");
    scene.now += jiff::SignedDuration::from_secs(121);
    assert_eq!(scene.react(ANNA, YES).first().unwrap(), "Nobody confirmed within 2 min. Nothing was done.");
    assert_eq!(scene.broker.changes, [""; 0]);
}

#[test]
fn an_account_that_ended_meanwhile_confirms_nothing() {
    let mut scene = scene();
    scene.write(ANNA, "!token revoke aaaaaaaa");
    scene.inactive.insert(ANNA.to_owned(), Reason::Deactivated);
    assert_eq!(scene.react(ANNA, YES).last().unwrap(), NO);
    assert_eq!(scene.broker.changes, [""; 0]);
}

#[test]
fn a_question_survives_a_restart() {
    let mut scene = scene();
    scene.write(ANNA, "!token revoke aaaaaaaa");
    assert_eq!(scene.restart(), [""; 0]);
    assert_eq!(scene.react(ANNA, YES).last().unwrap(), YES);
    assert_eq!(scene.broker.changes, ["token-revoke"]);
}

/// A quick hand, or a slow answer of the homeserver: the reaction comes before the question's own event.
#[test]
fn a_yes_may_come_before_the_questions_event() {
    let mut scene = scene();
    let message = scene.message(ANNA, "!token revoke aaaaaaaa");
    let mut steps = scene.desk.hear(&Incoming::Message(message), scene.now);
    let is_question = |deed: &Deed| matches!(deed, Deed::Post(Post::Say { .. }));
    let question = loop {
        let step = steps.remove(0);
        let outcome = scene.take(&step);
        if is_question(&step.deed) {
            break (step.id, outcome);
        }
        steps.extend(scene.desk.heard_back(step.id, outcome, scene.now));
    };
    assert_eq!(scene.react(ANNA, YES), [""; 0]);
    let steps = scene.desk.heard_back(question.0, question.1, scene.now);
    scene.run(steps);
    assert_eq!(scene.broker.changes, ["token-revoke"]);
}

#[test]
fn some_of_many_may_fail_and_each_is_told() {
    let mut scene = scene();
    scene.write(ANNA, "!guest lock bob nobody carl");
    let said = scene.react(ANNA, YES);
    let lines: Vec<&str> = said[0].lines().collect();
    assert_eq!(
        lines,
        [
            "2 of 3 done.",
            "- `@bob:partners.example` is locked.",
            "- `nobody`: Not done: there is no such account. The lists show what there is.",
            "- `@carl:partners.example` is locked.",
        ]
    );
    assert_eq!(said[1], NO);
}
