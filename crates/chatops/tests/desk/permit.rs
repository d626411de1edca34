//! Who may: room, power level, list, active account; quota and pace.

use std::collections::BTreeSet;

use broker_api::account::Reason;
use chat::{Incoming, RoomId, UserId};
use chatops::{End, Event};

use crate::scene::{ANNA, BEN, Scene, rules, tenant};

/// One row for each combination of the four. Only where all four say yes is the broker asked anything.
#[test]
fn all_of_power_list_and_active_account_or_nothing() {
    for power in [None, Some(0), Some(49), Some(50), Some(i64::MAX)] {
        for listed in [None, Some(false), Some(true)] {
            for inactive in [None, Some(Reason::Deactivated), Some(Reason::NotInDirectory)] {
                for core_up in [true, false] {
                    let mut rules = rules();
                    let on_list = |yes| [if yes { ANNA } else { BEN }].map(UserId::new).into();
                    rules.tenants[0].allowed = listed.map(on_list);
                    let mut scene = Scene::new(rules);
                    scene.core_up = core_up;
                    scene.inactive = inactive.map(|reason| (ANNA.to_owned(), reason)).into_iter().collect();
                    scene.vetted.clear();
                    let mut message = scene.message(ANNA, "!token generate");
                    message.power = power;
                    let said = scene.hear(message);

                    let local = power >= Some(50) && listed != Some(false);
                    let may = local && inactive.is_none() && core_up;
                    let case = format!("{power:?} {listed:?} {inactive:?} {core_up}: {said:?}");
                    assert_eq!(!scene.broker.changes.is_empty(), may, "{case}");
                    assert_eq!(said.contains(&"✅".to_owned()), may, "{case}");
                    assert_eq!(said.contains(&"❌".to_owned()), !may, "{case}");
                    assert_eq!(scene.vetted.contains(&ANNA.to_owned()), local && core_up, "{case}");
                }
            }
        }
    }
}

/// Even help: whoever has left learns nothing from the bot.
#[test]
fn every_command_asks_for_the_account_first() {
    for row in chatops::grammar::COMMANDS {
        let mut scene = Scene::usual();
        scene.inactive.insert(ANNA.to_owned(), Reason::Locked);
        let said = scene.write(ANNA, &format!("!{}", row.example));
        let refusal = format!("`{ANNA}` may not give orders: the account is locked. Nothing was done.");
        assert_eq!(said, ["👀", &refusal, "❌"], "{}", row.name);
        let event = &scene.ledger.last().unwrap().entry.event;
        assert!(matches!(event, Event::Refused { why, .. } if why == "locked"), "{event:?}");
    }
}

#[test]
fn a_refusal_names_its_reason_and_is_written_down() {
    let mut scene = Scene::usual();
    let mut message = scene.message(ANNA, "!token list");
    message.power = Some(0);
    let said = scene.hear(message);
    assert_eq!(said[0], "You may not give orders here: it takes power level 50 in this room, yours is 0.");
    let event = &scene.ledger.last().unwrap().entry.event;
    assert!(
        matches!(event, Event::Refused { why, verb, .. } if why == "power_too_low" && verb == "token list")
    );
}

/// The room says which tenant an order is for.
#[test]
fn an_order_is_for_the_tenant_of_its_room() {
    let mut rules = rules();
    rules.tenants.push(tenant("suppliers", "!suppliers:corp.example"));
    rules.tenants[1].power = 100;
    let mut scene = Scene::new(rules);
    let mut message = scene.message(ANNA, "!whoami");
    message.room = RoomId::new("!suppliers:corp.example");
    message.power = Some(100);
    let said = scene.hear(message);
    assert!(said[1].contains("Orders here are for Title of suppliers."), "{said:?}");
    let mut message = scene.message(ANNA, "!whoami");
    message.room = RoomId::new("!suppliers:corp.example");
    assert_eq!(scene.hear(message)[1], "❌", "power of one room is none in the other");
}

#[test]
fn the_quota_counts_what_open_tokens_may_still_make() {
    let mut rules = rules();
    rules.quota = Some(3);
    let mut scene = Scene::new(rules);
    let several = |scene: &mut Scene, who, order| {
        scene.write(who, order);
        scene.react(who, "✅")
    };
    several(&mut scene, ANNA, "!token generate --uses 2");
    let said = several(&mut scene, ANNA, "!token generate --uses 2");
    assert!(said[0].starts_with("Not done: your open tokens may still make 2 accounts"), "{said:?}");
    assert_eq!(scene.broker.tokens.len(), 1);
    several(&mut scene, BEN, "!token generate --uses 3");
    assert_eq!(scene.broker.tokens.len(), 2, "each has a quota of their own");
    scene.broker.redeem("aaaaaaaa", "carl", scene.now);
    several(&mut scene, ANNA, "!token generate --uses 2");
    assert_eq!(scene.broker.tokens.len(), 3, "what was used counts no more");
}

/// Two orders at the same moment do not both see the same room.
#[test]
fn the_quota_counts_what_is_on_its_way() {
    let mut rules = rules();
    rules.quota = Some(1);
    let mut scene = Scene::new(rules);
    let mut steps = Vec::new();
    for _ in 0..2 {
        let message = scene.message(ANNA, "!token generate");
        steps.extend(scene.desk.hear(&Incoming::Message(message), scene.now));
    }
    scene.run(steps);
    assert_eq!(scene.broker.tokens.len(), 1);
}

#[test]
fn too_many_orders_are_told_once() {
    let mut rules = rules();
    rules.burst = 2;
    let mut scene = Scene::new(rules);
    scene.write(ANNA, "!status");
    scene.write(ANNA, "!nonsense");
    let said = scene.write(ANNA, "!status");
    assert_eq!(
        said,
        ["Too many orders: 2 in a row, then one every 6 s. Nothing was done; I say this once.", "❌"]
    );
    assert_eq!(scene.write(ANNA, "!status"), [""; 0]);
    assert_eq!(scene.write(BEN, "!status").len(), 3, "others are not slowed");
    scene.wait(6);
    assert_eq!(scene.write(ANNA, "!status").len(), 3);
    let limited: u64 =
        scene.desk.figures().orders.iter().filter(|((_, end), _)| *end == End::Limited).map(|(_, n)| n).sum();
    assert_eq!(limited, 2);
}

#[test]
fn two_persons_let_somebody_in() {
    let mut rules = rules();
    rules.two_persons = true;
    rules.tenants[0].allowed = Some([ANNA, BEN].map(UserId::new).into_iter().collect::<BTreeSet<_>>());
    let mut scene = Scene::new(rules);
    let said = scene.write(ANNA, "!token generate --for Bob");
    assert!(said[1].contains("Somebody else who may give orders here must react with ✅"), "{said:?}");

    assert_eq!(scene.react(ANNA, "✅"), [""; 0], "the first person is not a second one");
    assert_eq!(scene.react("@carl:corp.example", "✅"), [""; 0], "who is not on the list agrees to nothing");
    let mut weak = scene.reaction(BEN, "✅");
    weak.power = Some(0);
    assert_eq!(scene.hear_reaction(weak), [""; 0]);
    scene.inactive.insert(BEN.to_owned(), Reason::Deactivated);
    assert!(scene.react(BEN, "✅")[0].contains("the account was deactivated"));
    assert_eq!(scene.broker.changes, [""; 0]);

    scene.inactive.clear();
    let said = scene.react(BEN, "✅");
    assert_eq!(said.last().unwrap(), "✅");
    let approved = scene.ledger.iter().find_map(|record| match &record.entry.event {
        Event::Ordered { approved, by, .. } => Some((by.to_string(), approved.clone().unwrap().to_string())),
        _ => None,
    });
    assert_eq!(approved, Some((ANNA.to_owned(), BEN.to_owned())));

    // Taking away stays with one person.
    scene.write(ANNA, "!token revoke aaaaaaaa");
    assert_eq!(scene.react(ANNA, "✅").last().unwrap(), "✅");
}

/// The first person may leave between the order and the second person's yes.
#[test]
fn the_first_person_is_asked_about_again() {
    let mut rules = rules();
    rules.two_persons = true;
    let mut scene = Scene::new(rules);
    scene.write(ANNA, "!token generate");
    scene.inactive.insert(ANNA.to_owned(), Reason::Deactivated);
    assert_eq!(scene.react(BEN, "✅").last().unwrap(), "❌");
    assert_eq!(scene.broker.changes, [""; 0]);
}
