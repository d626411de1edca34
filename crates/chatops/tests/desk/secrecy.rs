//! No step that a room sees, and nothing that is stored, ever holds a token or an address.

use broker_api::{ErrorCode, Refusal, guest::Guest, token::Token};
use chat::Incoming;
use chatops::{Deed, Outcome, Post, Step};
use proptest::prelude::*;

use crate::{
    broker::SECRET,
    scene::{ANNA, BEN, Scene, rules},
};

/// Orders, with what people could write into them by mistake or on purpose.
fn orders() -> impl Strategy<Value = String> {
    let text = prop_oneof![
        "[ -~]{0,40}",
        "\\PC{0,20}",
        Just(format!("https://partners.example/register?token={SECRET}")),
        Just(format!("x?token={SECRET}")),
        Just(format!("\"hxxp https://a.b/{SECRET} <a href='x://y'>\"")),
    ];
    let order = prop_oneof![
        Just("token generate"),
        Just("token generate --for"),
        Just("token generate --staff --note"),
        Just("token list --all"),
        Just("token show"),
        Just("token show aaaaaaaa"),
        Just("token extend aaaaaaaa --ttl 2h"),
        Just("token revoke aaaaaaaa aaaaaaab"),
        Just("guest list"),
        Just("guest show bob"),
        Just("guest lock bob"),
        Just("guest deactivate bob"),
        Just("guest reactivate bob"),
        Just("room create x"),
        Just("room invite x bob"),
        Just("audit"),
        Just("status"),
        Just("whoami"),
        Just("help"),
    ];
    (order, prop_oneof![Just(String::new()), text]).prop_map(|(order, text)| format!("!{order} {text}"))
}

/// A broker whose every text is hostile.
fn poison(scene: &mut Scene) {
    let address = format!("see https://partners.example/register?token={SECRET} or <b>?token={SECRET}</b>");
    for Token { recipient, note, .. } in &mut scene.broker.tokens {
        *recipient = Some(address.clone());
        *note = Some(address.clone());
    }
    for Guest { display_name, .. } in &mut scene.broker.guests {
        *display_name = Some(address.clone());
    }
}

fn is_clean(text: &str) -> bool {
    !text.contains("://") && !text.contains("token=") && !text.contains(SECRET)
}

fn judge(steps: &[Step]) {
    for step in steps {
        let shown = match &step.deed {
            Deed::Post(Post::Say { content, .. }) => format!("{}\n{}", content.plain, content.html),
            Deed::Post(Post::React { key, .. }) => key.clone(),
            Deed::Record(entry) => {
                // Names and notes stand in the ledger as they were written; addresses are refused as either.
                let entry = serde_json::to_string(entry).unwrap();
                assert!(!entry.contains("token="), "{entry}");
                continue;
            }
            Deed::Recall { .. } | Deed::Ask { .. } | Deed::Tell { .. } => continue,
        };
        assert!(is_clean(&shown), "{shown}");
    }
}

fn run(scene: &mut Scene, mut steps: Vec<Step>, refuse: bool) {
    while !steps.is_empty() {
        judge(&steps);
        let step = steps.remove(0);
        let outcome = match (&step.deed, refuse) {
            (Deed::Ask { broker: chatops::Broker::Tenant(_), .. }, true) => Outcome::Refused(Refusal::new(
                ErrorCode::Conflict,
                format!("no: https://partners.example/register?token={SECRET} \u{202e}<i>"),
            )),
            _ => scene.take(&step),
        };
        steps.extend(scene.desk.heard_back(step.id, outcome, scene.now));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn no_room_sees_a_token_or_an_address(
        orders in prop::collection::vec((orders(), any::<bool>(), any::<bool>(), any::<bool>()), 1..6)
    ) {
        let mut rules = rules();
        rules.burst = 100;
        let mut scene = Scene::new(rules);
        scene.broker.guest("bob", false);
        for (order, refuse, direct_up, confirm) in orders {
            scene.direct_up = direct_up;
            let message = scene.message(ANNA, &order);
            let steps = scene.desk.hear(&Incoming::Message(message), scene.now);
            run(&mut scene, steps, refuse);
            let reaction = scene.reaction(ANNA, if confirm { "✅" } else { "❌" });
            let steps = scene.desk.hear(&Incoming::Reaction(reaction), scene.now);
            run(&mut scene, steps, refuse);
            poison(&mut scene);
            scene.now += jiff::SignedDuration::from_secs(31);
            let steps = scene.desk.tick(scene.now);
            run(&mut scene, steps, refuse);
        }
    }
}

/// The address exists in a letter to the issuer and nowhere else: not in a room, in the snapshot or in the ledger, at any
/// moment between the order and its end.
#[test]
fn the_address_is_in_one_letter_only() {
    let mut scene = Scene::usual();
    scene.broker.guest("bob", false);
    let mut letters = Vec::new();
    for order in ["!token generate --for Bob", "!guest reactivate bob"] {
        let message = scene.message(ANNA, order);
        let mut steps = scene.desk.hear(&Incoming::Message(message), scene.now);
        while !steps.is_empty() {
            let stored = serde_json::to_string(scene.desk.snapshot()).unwrap();
            assert!(is_clean(&stored), "{stored}");
            let step = steps.remove(0);
            let outcome = scene.take(&step);
            assert!(is_clean(&format!("{outcome:?}")), "an outcome cannot be logged by accident");
            match &step.deed {
                Deed::Tell { user, content } => letters.push((user.to_string(), content.clone())),
                other => assert!(is_clean(&format!("{other:?}")), "{other:?}"),
            }
            steps.extend(scene.desk.heard_back(step.id, outcome, scene.now));
        }
    }
    let ledger: Vec<String> =
        scene.ledger.iter().map(|record| serde_json::to_string(&record.entry).unwrap()).collect();
    assert!(is_clean(&ledger.join("\n")));
    assert_eq!(letters.len(), 2);
    for (user, content) in letters {
        assert_eq!(user, ANNA);
        assert!(content.plain.contains(SECRET) && content.html.contains(SECRET));
    }
    assert_eq!(scene.write(BEN, "!token list").len(), 3);
}
