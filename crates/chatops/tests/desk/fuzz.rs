//! Nothing that is heard, and nothing that comes back, in any order, makes it panic or forget to wait.

use broker_api::{ErrorCode, Nothing, Refusal, account::Activity};
use chat::{EventId, Form, Incoming};
use chatops::{Answer, Desk, Outcome, Step};
use jiff::SignedDuration;
use proptest::prelude::*;

use crate::scene::{ANNA, Scene, rules};

#[derive(Debug, Clone)]
enum Move {
    Write {
        body: String,
        power: Option<i64>,
        age: i64,
        form: u8,
        edit: bool,
    },
    React {
        target: u8,
        key: &'static str,
    },
    /// Hears back of one of the steps that are out, or of none.
    Back {
        which: prop::sample::Index,
        outcome: Outcome,
    },
    /// Takes a step as it should be.
    Take {
        which: prop::sample::Index,
    },
    Wait(u32),
    Restart,
}

fn outcome() -> impl Strategy<Value = Outcome> {
    let answer = |answer: Answer| Just(Outcome::Answered(Box::new(answer)));
    prop_oneof![
        answer(Answer::RoomInvite(Nothing {})),
        answer(Answer::AccountActive(Activity { active: true, reason: None, directory: true })),
        answer(Answer::AccountActive(Activity { active: false, reason: None, directory: true })),
        Just(Outcome::Refused(Refusal::new(ErrorCode::Conflict, "x"))),
        Just(Outcome::Refused(Refusal::new(ErrorCode::RateLimited, "x"))),
        any::<bool>().prop_map(|may_have_acted| Outcome::Silent { may_have_acted }),
        Just(Outcome::Sent(EventId::new("$x"))),
        Just(Outcome::Unsent),
        Just(Outcome::Written),
        Just(Outcome::LedgerFailed),
        Just(Outcome::Recalled(Vec::new())),
    ]
}

fn moves() -> impl Strategy<Value = Move> {
    let body = prop_oneof![
        3 => prop::sample::select(chatops::grammar::COMMANDS).prop_map(|row| format!("!{}", row.example)),
        1 => "!?\\PC{0,60}",
        1 => "![a-z]{1,8} [a-z]{1,8}( --?[a-z]{0,6}=?[\"'“”]?){0,4}",
        1 => "@rampart-bot:corp.example[:, ]?\\PC{0,20}",
    ];
    let write = (body, prop::option::of(-1i64..101), -400i64..400, 0u8..3, prop::bool::weighted(0.1))
        .prop_map(|(body, power, age, form, edit)| Move::Write { body, power, age, form, edit });
    prop_oneof![
        3 => write,
        1 => (any::<u8>(), prop::sample::select(vec!["✅", "❌", "✅\u{fe0f}", "x", ""]))
            .prop_map(|(target, key)| Move::React { target, key }),
        3 => (any::<prop::sample::Index>(), outcome())
            .prop_map(|(which, outcome)| Move::Back { which, outcome }),
        8 => any::<prop::sample::Index>().prop_map(|which| Move::Take { which }),
        1 => (0u32..200).prop_map(Move::Wait),
        1 => Just(Move::Restart),
    ]
}

fn act(scene: &mut Scene, out: &mut Vec<Step>, next: Move) {
    let steps = match next {
        Move::Write { body, power, age, form, edit } => {
            let mut message = scene.message(ANNA, &body);
            message.power = power;
            message.time = scene.now - SignedDuration::from_secs(age);
            message.form = [Form::Text, Form::Notice, Form::Other][usize::from(form)];
            message.edit = edit;
            scene.desk.hear(&Incoming::Message(message), scene.now)
        }
        Move::React { target, key } => {
            let mut reaction = scene.reaction(ANNA, key);
            if target % 2 == 0 {
                reaction.target = EventId::new(format!("${target}"));
            }
            scene.desk.hear(&Incoming::Reaction(reaction), scene.now)
        }
        Move::Back { which, outcome } if !out.is_empty() => {
            let step = out.swap_remove(which.index(out.len()));
            scene.desk.heard_back(step.id, outcome, scene.now)
        }
        Move::Take { which } if !out.is_empty() => {
            let step = out.swap_remove(which.index(out.len()));
            let outcome = scene.take(&step);
            scene.desk.heard_back(step.id, outcome, scene.now)
        }
        Move::Back { .. } | Move::Take { .. } => Vec::new(),
        Move::Wait(seconds) => {
            scene.now += SignedDuration::from_secs(seconds.into());
            scene.desk.tick(scene.now)
        }
        Move::Restart => {
            out.clear();
            let stored = serde_json::to_string(scene.desk.snapshot()).unwrap();
            let snapshot = serde_json::from_str(&stored).unwrap();
            let (desk, steps) = Desk::resume(scene.desk.rules().clone(), snapshot, scene.now);
            scene.desk = desk;
            steps
        }
    };
    out.extend(steps);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn any_course_of_events(two_persons: bool, quota: Option<u8>, moves in prop::collection::vec(moves(), 1..80)) {
        let mut rules = rules();
        rules.two_persons = two_persons;
        rules.quota = quota.map(u32::from);
        let mut scene = Scene::new(rules);
        let mut out = Vec::new();
        for next in moves {
            act(&mut scene, &mut out, next);
        }
        // Whatever happened: when every step is taken and time passes, no order is left hanging.
        for _ in 0..3 {
            scene.run(std::mem::take(&mut out));
            scene.wait(400);
        }
        let stored = serde_json::to_value(scene.desk.snapshot()).unwrap();
        prop_assert_eq!(&stored["jobs"], &serde_json::json!({}));
        prop_assert_eq!(&stored["outbox"], &serde_json::json!({}));
    }

    #[test]
    fn any_line_is_parsed_or_refused(line in "\\PC*", words in "([a-z]{1,6}|--[a-z]{1,5}|[\"“„'—=]| ){0,12}") {
        for line in [line.as_str(), &words, &format!("token generate {line}"), &format!("help {words}")] {
            if let Ok(command) = chatops::grammar::parse(line) {
                let stored = serde_json::to_string(&command).unwrap();
                prop_assert_eq!(serde_json::from_str::<chatops::Command>(&stored).unwrap(), command);
            }
        }
    }
}
