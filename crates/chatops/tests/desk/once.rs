//! Each order once: across crashes at every point, replays, and time.

use std::collections::VecDeque;

use chat::Incoming;
use chatops::{Desk, Event};
use jiff::SignedDuration;

use crate::scene::{ANNA, Said, Scene};

#[test]
fn a_message_that_is_heard_again_is_not_obeyed_again() {
    let mut scene = Scene::usual();
    let message = scene.message(ANNA, "!token generate");
    scene.hear(message.clone());
    assert_eq!(scene.hear(message.clone()), [""; 0]);
    scene.restart();
    assert_eq!(scene.hear(message.clone()), [""; 0]);
    scene.wait(3600);
    assert_eq!(scene.hear(message.clone()), [""; 0]);
    scene.wait(48 * 3600);
    assert_eq!(scene.hear(message), [""; 0], "older than the memory is older than what is answered");
    assert_eq!(scene.broker.changes, ["token-create"]);
}

#[test]
fn an_order_from_while_it_was_away_counts_only_when_it_is_fresh() {
    for (age, obeyed) in [(0, true), (299, true), (301, false), (-301, false)] {
        let mut scene = Scene::usual();
        let mut message = scene.message(ANNA, "!token generate");
        message.time = scene.now - SignedDuration::from_secs(age);
        let said = scene.hear(message);
        assert_eq!(scene.broker.changes.len(), usize::from(obeyed), "{age}: {said:?}");
        assert_eq!(said[0].starts_with("This was sent"), !obeyed, "{age}: {said:?}");
    }
}

/// Runs an order and crashes before the `point`th step is taken, or, with `taken`, after it was taken and before anybody
/// heard back. Then it starts again from the last snapshot. Returns what became of it.
fn crash(order: &str, confirm: bool, point: usize, taken: bool) -> Option<Scene> {
    let mut scene = Scene::usual();
    scene.broker.guest("bob", false);
    if confirm {
        scene.write(ANNA, "!token generate");
    }
    scene.broker.changes.clear();
    scene.said.clear();
    scene.ledger.clear();
    let steps = if confirm {
        scene.write(ANNA, order);
        let reaction = scene.reaction(ANNA, "✅");
        scene.desk.hear(&Incoming::Reaction(reaction), scene.now)
    } else {
        let message = scene.message(ANNA, order);
        scene.desk.hear(&Incoming::Message(message), scene.now)
    };
    let mut steps = VecDeque::from(steps);
    for _ in 0..point {
        let step = steps.pop_front()?;
        let outcome = scene.take(&step);
        steps.extend(scene.desk.heard_back(step.id, outcome, scene.now));
    }
    let next = steps.pop_front()?;
    if taken {
        scene.take(&next);
    }
    scene.now += SignedDuration::from_secs(10);
    scene.restart();
    Some(scene)
}

fn every_crash(order: &str, confirm: bool, check: impl Fn(&Scene, &str)) {
    let mut points = 0;
    for taken in [false, true] {
        for point in 0.. {
            let Some(scene) = crash(order, confirm, point, taken) else { break };
            check(&scene, &format!("{order}, step {point}, taken: {taken}: {:#?}", scene.said));
            points += 1;
        }
    }
    assert!(points >= 10, "{order}: {points} points are too few to be the whole order");
}

fn signs(scene: &Scene, sign: &str) -> usize {
    scene.said.iter().filter(|said| matches!(said, Said::Sign { key, .. } if key == sign)).count()
}

fn alone(scene: &Scene) -> usize {
    scene.said.iter().filter(|said| matches!(said, Said::Alone { .. })).count()
}

#[test]
fn a_crash_at_any_point_makes_one_token_and_one_letter() {
    every_crash("!token generate --for Bob", false, |scene, case| {
        assert_eq!(scene.broker.tokens.len(), 1, "{case}");
        assert_eq!(alone(scene), 1, "{case}");
        assert_eq!((signs(scene, "✅"), signs(scene, "❌")), (1, 0), "{case}");
        let issued: Vec<_> = scene
            .ledger
            .iter()
            .filter_map(|record| match &record.entry.event {
                Event::Issued { id, .. } => Some(id.clone()),
                _ => None,
            })
            .collect();
        assert!(!issued.is_empty() && issued.iter().all(|id| id == "aaaaaaaa"), "{case}: {issued:?}");
    });
}

#[test]
fn a_crash_at_any_point_ends_the_token() {
    every_crash("!token revoke aaaaaaaa", true, |scene, case| {
        assert!(scene.broker.tokens[0].revoked.is_some(), "{case}");
        // Two signs are those of the question; the third says that it was done.
        assert_eq!((signs(scene, "✅"), signs(scene, "❌")), (2, 1), "{case}");
    });
}

/// What must not be done twice is not done twice: the person is told to look.
#[test]
fn a_crash_at_any_point_makes_at_most_one_room() {
    every_crash("!room create kick-off", false, |scene, case| {
        let made = scene.broker.changes.iter().filter(|verb| *verb == "room-create").count();
        assert!(made <= 1, "{case}");
        assert_eq!(signs(scene, "✅") + signs(scene, "❌"), 1, "{case}");
        if signs(scene, "✅") == 1 {
            assert_eq!(made, 1, "{case}");
        } else {
            let told = scene.since(0).join("\n");
            assert!(told.contains("it is not known whether this was done"), "{case}");
        }
    });
}

#[test]
fn after_a_long_stop_an_order_is_not_taken_up_again() {
    let mut scene = Scene::usual();
    let message = scene.message(ANNA, "!token generate");
    let _lost = scene.desk.hear(&Incoming::Message(message), scene.now);
    scene.now += SignedDuration::from_hours(3);
    let said = scene.restart();
    assert!(said.iter().any(|line| line.starts_with("I was stopped while I carried this out")), "{said:?}");
    assert_eq!(scene.broker.changes, [""; 0]);
}

/// A tenant that is gone takes its orders with it.
#[test]
fn orders_of_a_room_that_is_no_tenants_any_more_are_dropped() {
    let mut scene = Scene::usual();
    scene.write(ANNA, "!token generate");
    scene.write(ANNA, "!token revoke aaaaaaaa");
    let stored = serde_json::to_string(scene.desk.snapshot()).unwrap();
    let mut rules = scene.desk.rules().clone();
    rules.tenants.clear();
    let (desk, steps) = Desk::resume(rules, serde_json::from_str(&stored).unwrap(), scene.now);
    assert!(steps.is_empty(), "{steps:?}");
    assert!(desk.wake_at().is_none());
}
