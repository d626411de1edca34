//! One struct that uses everything, and what the derive makes of it.
#![expect(clippy::unwrap_used, reason = "the functions here serve tests")]

use options::{Describe as _, Layer as _, Scope, Type, Unsettled};
use options_derive::Describe;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// How to greet.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, Describe)]
#[serde(rename_all = "kebab-case")]
enum Greeting {
    /// With words.
    ByWord,
    /// With a hand.
    ByHand,
}

/// A group.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Describe)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Inner {
    /// A number that must be given.
    needed_number: u16,
}

/// Everything.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Describe)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[describe(set = "sample")]
struct Sample {
    /// A text.
    #[option(default = "a", example = "b")]
    plain_text: String,
    /// May be unset.
    perhaps: Option<u8>,
    /// Comes from elsewhere.
    #[option(derived)]
    computed: bool,
    /// Reaches a unit.
    #[option(default = Greeting::ByWord, feeds = "unit:a.b")]
    greeting: Greeting,
    /// A group.
    #[option(group)]
    inner: Inner,
}

fn layer(json: serde_json::Value) -> SampleLayer {
    serde_json::from_value(json).unwrap()
}

#[test]
fn the_description_says_everything() {
    let set = Sample::describe();
    assert_eq!((set.set, set.description), ("sample", "Everything."));
    let by_name = |name: &str| set.options.iter().find(|o| o.kebab() == name).unwrap();
    assert_eq!(by_name("plain-text").default, Some(json!("a")));
    assert_eq!(by_name("plain-text").example, Some(json!("b")));
    assert_eq!(by_name("perhaps").default, Some(json!(null)));
    assert_eq!((by_name("computed").scope, &by_name("computed").default), (Scope::Derived, &None));
    assert_eq!(by_name("greeting").ty, Type::Enum(vec!["by-word", "by-hand"]));
    assert_eq!(by_name("greeting").scope, Scope::Feeds { unit: "unit", key: &["a", "b"] });
    let Type::Submodule(inner) = &by_name("inner").ty else { panic!("a group is a submodule") };
    assert_eq!(inner.options[0].camel(), "neededNumber");
}

#[test]
fn the_upper_layer_wins_and_defaults_come_last() {
    let upper = layer(json!({ "plain-text": "upper", "inner": { "needed-number": 1 } }));
    let below = layer(json!({ "plain-text": "below", "computed": true, "inner": { "needed-number": 2 } }));
    let mut unsettled = Unsettled::default();
    let settled = upper.over(below).settle(&mut unsettled).unwrap();
    assert_eq!(settled.plain_text, "upper");
    assert_eq!(settled.inner.needed_number, 1);
    assert_eq!(settled.greeting, Greeting::ByWord);
    assert!(settled.computed && settled.perhaps.is_none());
}

#[test]
fn what_has_no_value_is_named_all_at_once() {
    let mut unsettled = Unsettled::default();
    assert_eq!(SampleLayer::default().settle(&mut unsettled), None);
    assert_eq!(unsettled.missing(), ["computed", "inner.needed-number"]);
}

#[test]
fn the_nix_document_has_the_agreed_shape() {
    let document = options::to_nix_json(&Sample::describe());
    assert!(document["_generated"].as_str().unwrap().starts_with("@generated"));
    assert_eq!(document["options"]["greeting"]["feeds"], json!({ "unit": "unit", "key": ["a", "b"] }));
    assert_eq!(document["options"]["computed"]["derived"], json!(true));
    let word = &document["options"]["inner"]["type"]["options"]["neededNumber"]["type"];
    assert_eq!(*word, json!({ "word": "int", "min": 0, "max": 65535 }));
}

#[test]
fn a_settled_value_is_read_back_by_its_own_parser() {
    let json = json!({
        "plainText": "x", "perhaps": 3, "computed": false, "greeting": "by-hand", "inner": { "neededNumber": 9 },
    });
    let sample: Sample = serde_json::from_value(json.clone()).unwrap();
    assert_eq!(serde_json::to_value(&sample).unwrap(), json);
    assert!(serde_json::from_value::<Sample>(json!({ "plain-text": "x" })).is_err());
}

#[test]
fn mistakes_in_attributes_do_not_compile() {
    trybuild::TestCases::new().compile_fail("tests/ui/*.rs");
}
