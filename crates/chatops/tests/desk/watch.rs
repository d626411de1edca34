//! What happens without anybody asking.

use broker_api::{account::Reason, status::Alarm, token::State};
use chatops::{Because, Event};
use jiff::SignedDuration;

use crate::scene::{ANNA, BEN, Scene, me};

#[test]
fn tokens_of_whoever_leaves_end_within_a_minute_and_the_room_is_told() {
    let mut scene = Scene::usual();
    scene.write(ANNA, "!token generate --for Bob");
    scene.write(ANNA, "!token generate");
    scene.write(BEN, "!token generate");
    scene.wait(100);
    scene.inactive.insert(ANNA.to_owned(), Reason::Deactivated);
    let said = scene.wait(60);
    let left = |id: &str, name: &str| {
        format!("I ended token `{id}`{name}: `{ANNA}` had issued it, and the account was deactivated.")
    };
    assert_eq!(said, [left("aaaaaaaa", " for Bob"), left("aaaaaaab", "")]);
    let states: Vec<State> = scene.broker.tokens.iter().map(|token| token.state).collect();
    assert_eq!(states, [State::Valid, State::Revoked, State::Revoked]);
    assert_eq!(scene.broker.tokens[1].revoked.as_ref().unwrap().by, me().as_str());
    let because = |event: &Event| match event {
        Event::Revoked { because: Because::IssuerInactive, reason, .. } => *reason,
        _ => None,
    };
    let reasons: Vec<_> = scene.ledger.iter().filter_map(|record| because(&record.entry.event)).collect();
    assert_eq!(reasons, [Reason::Deactivated; 2]);
    assert_eq!(scene.desk.figures().revoked, 2);
    assert_eq!(scene.wait(120), [""; 0], "told once");
}

/// Whoever has a link makes the account theirs, so it is no better in the hands of somebody who has left than a token.
#[test]
fn links_of_whoever_leaves_end_within_a_minute_and_the_room_is_told() {
    let mut scene = Scene::usual();
    for (name, issuer) in [("bob", ANNA), ("carl", BEN), ("dora", ANNA)] {
        scene.broker.guest(name, false);
        scene.write(issuer, &format!("!guest reactivate {name}"));
    }
    let listed = scene.write(BEN, "!token list");
    assert!(listed[1].contains("3 open links:"), "{listed:?}");
    assert!(
        listed[1].contains(&format!("brings `@carl:partners.example` back, by `{BEN}`, ends ")),
        "{listed:?}"
    );
    scene.wait(100);
    // This one was used meanwhile: nothing is ended, and nobody is told so.
    scene.broker.links.retain(|link| !link.user.starts_with("@dora"));
    scene.inactive.insert(ANNA.to_owned(), Reason::Deactivated);
    let told = format!(
        "I ended the link that brings `@bob:partners.example` back: `{ANNA}` had issued it, and the account was \
         deactivated. The account stays as it is."
    );
    assert_eq!(scene.wait(60), [told]);
    let left: Vec<_> = scene.broker.links.iter().map(|link| link.user.as_str()).collect();
    assert_eq!(left, ["@carl:partners.example"]);
    let ended = |event: &Event| matches!(event, Event::LinkRevoked { issuer, .. } if issuer.as_str() == ANNA);
    assert_eq!(scene.ledger.iter().filter(|record| ended(&record.entry.event)).count(), 1);
    assert_eq!(scene.wait(120), [""; 0], "told once");
}

/// No answer ends no token: an outage of the core would end them all. It is an alarm instead.
#[test]
fn a_silent_core_ends_no_token_but_is_an_alarm() {
    let mut scene = Scene::usual();
    scene.write(ANNA, "!token generate");
    scene.wait(60);
    scene.core_up = false;
    let said = scene.wait(300);
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(said[0].starts_with("Alarm: `core_broker_silent`"), "{said:?}");
    assert_eq!(scene.broker.tokens[0].state, State::Valid);
    scene.core_up = true;
    let said = scene.wait(60);
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(said[0].starts_with("Over (it began 2026-11-28T12:"), "{said:?}");
}

/// Without open tokens nobody has to be asked about; whether the core's broker answers is looked at all the same.
#[test]
fn the_core_is_watched_even_without_tokens() {
    let mut scene = Scene::usual();
    scene.core_up = false;
    assert_eq!(scene.wait(120).len(), 1);
}

#[test]
fn a_revocation_that_fails_is_tried_with_the_next_round() {
    let mut scene = Scene::usual();
    scene.write(ANNA, "!token generate");
    scene.wait(60);
    scene.inactive.insert(ANNA.to_owned(), Reason::Locked);
    scene.broker_up = false;
    scene.wait(60);
    assert_eq!(scene.broker.tokens[0].state, State::Valid);
    scene.broker_up = true;
    scene.wait(30);
    assert_eq!(scene.broker.tokens[0].state, State::Revoked);
}

#[test]
fn an_alarm_is_told_once_when_it_begins_and_once_when_it_ends() {
    let mut scene = Scene::usual();
    scene.broker.alarms = vec![Alarm::RegistrationOpen, Alarm::SpareMissing];
    let said = scene.wait(30);
    assert_eq!(said.len(), 2, "{said:?}");
    assert!(said[0].starts_with("Alarm: `registration_open`"), "{said:?}");
    assert_eq!(scene.wait(300), [""; 0]);
    assert_eq!(scene.restart(), [""; 0], "also across a restart");
    assert_eq!(scene.desk.figures().tenants["partners"].alarms.len(), 2);

    scene.broker.alarms = vec![Alarm::SpareMissing];
    let said = scene.wait(30);
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(said[0].starts_with("Over") && said[0].contains("registration_open"), "{said:?}");
    let figures = &scene.desk.figures().tenants["partners"];
    assert_eq!(figures.alarms.len(), 1);
    assert_eq!(figures.status.as_ref().unwrap().1.alarms, [Alarm::SpareMissing]);
    let kinds: Vec<bool> = scene
        .ledger
        .iter()
        .filter_map(|record| match record.entry.event {
            Event::AlarmBegan { .. } => Some(true),
            Event::AlarmEnded { .. } => Some(false),
            _ => None,
        })
        .collect();
    assert_eq!(kinds, [true, true, false]);
}

/// One lost answer is no alarm, and what was wrong before the silence is not taken to be over.
#[test]
fn a_silent_broker_is_an_alarm_of_its_own() {
    let mut scene = Scene::usual();
    scene.broker.alarms = vec![Alarm::SentinelMissing];
    scene.wait(30);
    scene.broker_up = false;
    assert_eq!(scene.wait(30), [""; 0]);
    let said = scene.wait(120);
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(said[0].starts_with("Alarm: `broker_silent`"), "{said:?}");
    assert_eq!(scene.desk.figures().tenants["partners"].alarms.len(), 2);
    scene.broker_up = true;
    let said = scene.wait(30);
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(said[0].starts_with("Over") && said[0].contains("broker_silent"), "{said:?}");
}

#[test]
fn the_room_hears_of_accounts_that_are_made() {
    let mut scene = Scene::usual();
    scene.write(ANNA, "!token generate --for Bob");
    scene.write(ANNA, "!token generate --uses 2");
    scene.react(ANNA, "✅");
    // Before the first look: the bot knows its own tokens from the moment that it issued them.
    scene.broker.redeem("aaaaaaaa", "bob", scene.now);
    scene.broker.redeem("aaaaaaab", "carl", scene.now);
    let said = scene.wait(30);
    assert_eq!(said.len(), 2, "{said:?}");
    let bob = said.iter().find(|line| line.contains("@bob")).unwrap();
    assert_eq!(
        *bob,
        format!(
            "`@bob:partners.example` made an account with token `aaaaaaaa`, issued by `{ANNA}` for Bob, at \
             2026-11-28T12:00:00Z."
        )
    );
    assert_eq!(scene.wait(120), [""; 0]);
    scene.broker.redeem("aaaaaaab", "dora", scene.now);
    assert_eq!(scene.wait(60).len(), 1);
    let made = |event: &Event| matches!(event, Event::Redeemed { .. });
    assert_eq!(scene.ledger.iter().filter(|record| made(&record.entry.event)).count(), 3);
}

/// Every 30 seconds, however late the ticks come, and never two rounds at once.
#[test]
fn rounds_do_not_pile_up() {
    let mut scene = Scene::usual();
    scene.now += SignedDuration::from_hours(1);
    let first = scene.desk.tick(scene.now);
    assert_eq!(first.len(), 2, "status and open tokens; the accounts only now and then");
    scene.now += SignedDuration::from_secs(31);
    assert_eq!(scene.desk.tick(scene.now), [], "the answers of the first round are still out");
    assert_eq!(scene.desk.wake_at(), Some(scene.now + SignedDuration::from_secs(30)));
}

/// An account of our own people is not ended by itself, but it is not forgotten either.
#[test]
fn the_room_is_told_of_accounts_of_people_who_have_left() {
    let mut scene = Scene::usual();
    for (name, staff) in [("anna", true), ("bob", false), ("ben", true)] {
        scene.broker.guest(name, staff);
        scene.broker.guests.last_mut().unwrap().issuer =
            Some(if name == "ben" { BEN } else { ANNA }.to_owned());
    }
    assert_eq!(scene.wait(600), [""; 0]);
    scene.inactive.insert(ANNA.to_owned(), Reason::NotInDirectory);
    let told = format!(
        "Look at `@anna:partners.example`, an account of our own people: `{ANNA}` let it in, and the directory does not \
         show the account as active. If it is theirs, `!guest deactivate @anna:partners.example` ends it."
    );
    assert_eq!(scene.wait(310), [told]);
    assert_eq!(scene.wait(1000), [""; 0], "told once");
    assert_eq!(scene.restart(), [""; 0]);
}

/// The broker of the core that has too much to do answers all the same.
#[test]
fn a_busy_core_is_no_alarm() {
    let mut scene = Scene::usual();
    scene.core_busy = true;
    assert_eq!(scene.wait(300), [""; 0]);
}
