use proptest::{collection, prelude::*};
use serde_json::{Number, Value};

use super::text;

fn words() -> impl Strategy<Value = String> {
    prop_oneof![
        // Long, with few escapes, as a ruleset; and dense with what has to be escaped.
        "[a-z \n]{0,200}",
        "[\u{0}-\u{30}\"\\\\\u{7f}é世🦀]{0,40}",
        any::<String>(),
    ]
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(|number| Number::from_f64(number).map_or(Value::Null, Value::Number)),
        words().prop_map(Value::from),
    ];
    leaf.prop_recursive(24, 64, 4, |inner| {
        prop_oneof![
            collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            collection::vec((words(), inner), 0..4)
                .prop_map(|pairs| Value::Object(pairs.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn it_is_what_serde_json_writes(value in value()) {
        prop_assert_eq!(text(&value), serde_json::to_string_pretty(&value).unwrap() + "\n");
    }
}

#[test]
fn every_character_below_the_blank_is_escaped_as_serde_json_does() {
    for byte in 0..0x80_u8 {
        for before in 0..40 {
            let value = Value::String(format!("{}{}z", "x".repeat(before), char::from(byte)));
            assert_eq!(
                text(&value),
                serde_json::to_string_pretty(&value).unwrap() + "\n",
                "{byte} after {before}"
            );
        }
    }
}

#[test]
fn tables_may_be_deeper_than_there_are_blanks() {
    let value = (0..40).fold(Value::Null, |inner, _| serde_json::json!({ "a": [inner] }));
    assert_eq!(text(&value), serde_json::to_string_pretty(&value).unwrap() + "\n");
}
