//! Brokers, ledger or a direct chat that are away.

use broker_api::{Nothing, token::State};
use chat::Incoming;
use chatops::{Answer, Ask, Because, Deed, Event, Outcome};

use crate::scene::{ANNA, Scene};

#[test]
fn a_broker_that_comes_back_carries_the_order_out() {
    let mut scene = Scene::usual();
    scene.broker_up = false;
    let said = scene.write(ANNA, "!token generate");
    assert_eq!(
        said,
        [
            "👀",
            "The guests' server's broker gives no answer. I ask again until 2026-11-28T12:01:00Z (in 60 s), and say here \
         how it ends.",
        ]
    );
    assert_eq!(scene.wait(5), [""; 0], "said once");
    scene.broker_up = true;
    let said = scene.wait(20);
    assert!(said[0].starts_with("alone: Enrolment address"), "{said:?}");
    assert_eq!(said.last().unwrap(), "✅");
    assert_eq!(scene.broker.tokens.len(), 1);
}

#[test]
fn a_broker_that_stays_away_ends_the_order_with_a_word() {
    let mut scene = Scene::usual();
    scene.broker_up = false;
    scene.write(ANNA, "!token list");
    let said = scene.wait(61);
    let told = said.iter().find(|line| line.contains("I stop asking")).unwrap();
    assert!(told.contains("has given no answer since 2026-11-28T12:00:00Z"), "{told}");
    assert!(said.contains(&"❌".to_owned()));
    scene.broker_up = true;
    assert!(!scene.wait(60).iter().any(|line| line == "✅"), "what was dropped stays dropped");
}

#[test]
fn what_may_have_arrived_and_must_not_be_done_twice_is_not_asked_again() {
    for (arrives, asked_again) in [(true, false), (false, true)] {
        let mut scene = Scene::usual();
        scene.broker_up = false;
        scene.arrives = arrives;
        let said = scene.write(ANNA, "!room create kick-off");
        assert_eq!(said.iter().any(|line| line.contains("not known whether")), arrives, "{said:?}");
        scene.broker_up = true;
        let said = scene.wait(20);
        assert_eq!(said.iter().any(|line| line == "✅"), asked_again, "{said:?}");
    }
}

/// Between two attempts somebody may leave.
#[test]
fn the_account_is_asked_about_with_every_attempt() {
    let mut scene = Scene::usual();
    scene.broker_up = false;
    scene.write(ANNA, "!token generate");
    scene.inactive.insert(ANNA.to_owned(), broker_api::account::Reason::Deactivated);
    scene.broker_up = true;
    let said = scene.wait(20);
    let told = format!(
        "`{ANNA}` may not give orders: the account was deactivated. Whether it was done before is not known: look."
    );
    assert_eq!(said, [told.as_str(), "❌"]);
    assert_eq!(scene.broker.changes, [""; 0]);
}

#[test]
fn no_answer_of_the_core_is_a_no() {
    let mut scene = Scene::usual();
    scene.core_up = false;
    let said = scene.write(ANNA, "!help");
    assert!(said[1].starts_with("The core's broker did not say"), "{said:?}");
    assert!(said[1].ends_with("Nothing was done. Send it again later."), "{said:?}");
    assert_eq!(said[2], "❌");
}

#[test]
fn without_the_ledger_nothing_is_changed_but_looking_works() {
    let mut scene = Scene::usual();
    scene.ledger_up = false;
    let said = scene.write(ANNA, "!token generate");
    assert!(said[1].starts_with("Not done: I cannot write my ledger"), "{said:?}");
    assert!(said.iter().any(|line| line.contains("ledger_failed")), "{said:?}");
    assert_eq!(scene.broker.changes, [""; 0]);
    assert_eq!(scene.write(ANNA, "!token list").last().unwrap(), "✅");
    scene.ledger_up = true;
    let said = scene.wait(60);
    assert!(said.iter().any(|line| line.starts_with("Over") && line.contains("ledger_failed")), "{said:?}");
    let began = scene.ledger.iter().any(|record| matches!(record.entry.event, Event::AlarmBegan { .. }));
    assert!(began, "what could not be written is written later");
}

/// A token that reached nobody is a risk and no use.
#[test]
fn a_token_that_cannot_be_handed_over_is_ended() {
    let mut scene = Scene::usual();
    scene.direct_up = false;
    let said = scene.write(ANNA, "!token generate");
    assert!(said[1].contains("Token `aaaaaaaa` was ended."), "{said:?}");
    assert_eq!(said[2], "❌");
    assert_eq!(scene.broker.tokens[0].state, State::Revoked);
    let ended = |event: &Event| matches!(event, Event::Revoked { because: Because::NotDelivered, .. });
    assert!(scene.ledger.iter().any(|record| ended(&record.entry.event)));
}

#[test]
fn a_link_that_cannot_be_handed_over_is_said_to_be_nobodys() {
    let mut scene = Scene::usual();
    scene.broker.guest("bob", false);
    scene.direct_up = false;
    let said = scene.write(ANNA, "!guest reactivate bob");
    assert!(said[1].contains("nobody has the link"), "{said:?}");
    assert_eq!(said[2], "❌");
}

/// An answer to another question is none.
#[test]
fn an_answer_must_be_one_to_what_was_asked() {
    let mut scene = Scene::usual();
    let message = scene.message(ANNA, "!guest lock bob");
    scene.broker.guest("bob", false);
    scene.hear(message);
    let reaction = scene.reaction(ANNA, "✅");
    let mut steps = scene.desk.hear(&Incoming::Reaction(reaction), scene.now);
    let before = scene.said.len();
    while let Some(step) = steps.pop() {
        let outcome = match &step.deed {
            Deed::Ask { ask: Ask::GuestLock(_), .. } => {
                Outcome::Answered(Box::new(Answer::RoomInvite(Nothing {})))
            }
            _ => scene.take(&step),
        };
        steps.extend(scene.desk.heard_back(step.id, outcome, scene.now));
    }
    let said = scene.since(before);
    assert!(said[0].contains("gives no answer") && said.len() == 1, "{said:?}");
    assert_eq!(scene.wait(10).last().unwrap(), "✅", "the next answer is the right one");
}
