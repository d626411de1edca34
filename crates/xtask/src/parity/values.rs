//! Values for each type, on both sides of its border. Which side a value is on is not said here: the three judges say it,
//! and must agree.

use options::{OptionSet, Pattern, Type};
use proptest::{
    strategy::{Strategy as _, ValueTree as _},
    string::string_regex,
    test_runner::TestRunner,
};
use serde_json::{Map, Value, json};

use super::refused;

/// Texts made from a pattern.
const MADE: usize = 6;

/// Values that the type should accept.
pub(crate) fn good(ty: &Type) -> Vec<Value> {
    match ty {
        Type::Bool => vec![json!(true), json!(false)],
        Type::Int { min, max } => numbers(min.unwrap_or(-1_000), max.unwrap_or(1_000_000)),
        Type::Number { min, max } => vec![json!(min), json!(max), json!(f64::midpoint(*min, *max))],
        Type::Port => numbers(0, 65_535),
        Type::Str => texts(&["", "text", "ä€", "two\nlines", "${x} '' \\"]),
        Type::NonEmptyStr => texts(&["text", "ä"]),
        Type::Pattern(pattern) => matching(pattern),
        Type::Ipv4 => texts(&["0.0.0.0", "192.0.2.1", "255.255.255.255"]),
        Type::Ipv6 => {
            texts(&["::", "::1", "2001:db8::1", "2001:DB8:0:0:0:0:0:1", "::ffff:192.0.2.1", "fe80::"])
        }
        Type::Ip => texts(&["192.0.2.1", "2001:db8::1"]),
        Type::Cidr => {
            texts(&["192.0.2.0/24", "0.0.0.0/0", "192.0.2.1/32", "2001:db8::/32", "::/0", "::1/128"])
        }
        Type::Url => {
            texts(&["https://a.example", "http://a.example:8080/x/y", "ldaps://a.example/", "wss://a"])
        }
        Type::SecretPath => texts(&["/run/secret", "/run/a-b", "/nix/storage/x", "/"]),
        Type::Enum(words) => texts(words),
        Type::NullOr(of) => good(of),
        Type::ListOf(of) => [json!([]), Value::Array(good(of))]
            .into_iter()
            .chain(good(of).into_iter().map(|one| json!([one])))
            .collect(),
        Type::AttrsOf(of) => {
            std::iter::once(json!({})).chain(good(of).into_iter().map(|one| json!({ "key": one }))).collect()
        }
        Type::Submodule(set) => vec![complete(set)],
    }
}

/// Values that the type should refuse.
pub(super) fn bad(ty: &Type) -> Vec<Value> {
    let mut values = specific(ty);
    values.extend(foreign(ty));
    values
}

/// Values of another kind.
fn foreign(ty: &Type) -> Vec<Value> {
    let all =
        [json!(true), json!(7), json!(1.5), json!("no such word"), json!([7]), json!({ "no-such-key": 7 })];
    let is_own = |value: &Value| match ty {
        Type::NullOr(of) => !foreign(of).contains(value),
        Type::Bool => value.is_boolean(),
        Type::Int { .. } | Type::Port => value.is_i64(),
        Type::Number { .. } => value.is_number(),
        Type::Str | Type::NonEmptyStr => value.is_string(),
        _ => false,
    };
    all.into_iter().filter(|value| !is_own(value)).collect()
}

/// Values of the right kind over the border.
fn specific(ty: &Type) -> Vec<Value> {
    match ty {
        Type::Int { min, max } => over(*min, *max),
        Type::Number { min, max } => vec![json!(min - 0.1), json!(max + 0.1)],
        Type::Port => over(Some(0), Some(65_535)).into_iter().chain([json!(70_000)]).collect(),
        Type::Pattern(pattern) => around(pattern),
        Type::Enum(words) => misspelt_words(words),
        Type::NullOr(of) => specific(of),
        Type::ListOf(of) => {
            good(of).into_iter().take(1).chain(bad(of).into_iter().map(|one| json!([one]))).collect()
        }
        Type::AttrsOf(of) => bad(of).into_iter().map(|one| json!({ "key": one })).collect(),
        Type::Submodule(set) => misspelt_member(set),
        _ => texts(refused::of(ty)),
    }
}

fn texts(all: &[&str]) -> Vec<Value> {
    all.iter().map(|text| json!(text)).collect()
}

fn numbers(min: i64, max: i64) -> Vec<Value> {
    vec![json!(min), json!(max), json!(i64::midpoint(min, max))]
}

/// Just over each bound, and a whole number that is written as a fraction.
fn over(min: Option<i64>, max: Option<i64>) -> Vec<Value> {
    let below = min.and_then(|min| min.checked_sub(1));
    let above = max.and_then(|max| max.checked_add(1));
    let mut values: Vec<Value> = below.into_iter().chain(above).map(|number| json!(number)).collect();
    #[expect(clippy::cast_precision_loss, reason = "small numbers only")]
    values.extend(min.filter(|min| min.abs() < 1_000_000).map(|min| json!(min as f64)));
    values
}

/// Texts that match, always the same ones.
fn matching(pattern: &Pattern) -> Vec<Value> {
    let Ok(strategy) = string_regex(pattern.pattern) else { return Vec::new() };
    let mut runner = TestRunner::deterministic();
    let made = (0..MADE * 4).filter_map(|_| Some(strategy.new_tree(&mut runner).ok()?.current()));
    made.filter(|text| text.len() <= pattern.max_length as usize).take(MADE).map(Value::from).collect()
}

/// Texts near the ones that match: most do not, and where one does all three must say so.
fn around(pattern: &Pattern) -> Vec<Value> {
    let mut values = texts(&["", " ", "\n", "-", "ä", "${x}", "a\nb", "''"]);
    let longest = pattern.max_length as usize;
    for text in matching(pattern).iter().filter_map(Value::as_str) {
        values.extend(
            [
                format!("{text} "),
                format!("{text}\n"),
                format!(" {text}"),
                format!("{text}ä"),
                text.to_uppercase(),
                format!("-{text}"),
                format!("{text}{text}"),
                format!("{text}."),
            ]
            .map(Value::from),
        );
        if let Some(last) = text.chars().next_back().filter(char::is_ascii) {
            values.extend([longest, longest + 1].map(|length| {
                Value::from(format!("{text}{}", last.to_string().repeat(length.saturating_sub(text.len()))))
            }));
        }
    }
    values
}

fn misspelt_words(words: &[&str]) -> Vec<Value> {
    let near = words.iter().flat_map(|word| [word.to_uppercase(), format!("{word}x"), format!(" {word}")]);
    near.map(Value::from).chain([json!("")]).collect()
}

/// A group inside a list or table, with every member set.
fn complete(set: &OptionSet) -> Value {
    let member = |option: &options::OptionDecl| Some((option.kebab(), good(&option.ty).into_iter().next()?));
    Value::Object(set.options.iter().filter_map(member).collect::<Map<_, _>>())
}

fn misspelt_member(set: &OptionSet) -> Vec<Value> {
    let mut value = complete(set);
    if let Some(members) = value.as_object_mut() {
        members.insert("no-such-member".to_owned(), json!(1));
    }
    vec![value]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn borders_are_stepped_over() {
        let port = bad(&Type::Port);
        assert!(port.contains(&json!(-1)) && port.contains(&json!(65_536)) && port.contains(&json!(70_000)));
        assert!(!bad(&Type::Int { min: None, max: Some(i64::MAX) }).contains(&json!(i64::MIN)));
    }

    #[test]
    fn patterns_make_texts_that_match_and_texts_that_do_not() {
        let pattern = Pattern { name: "a word", pattern: "[a-z]{2,4}", max_length: 4 };
        assert_eq!(matching(&pattern).len(), MADE);
        assert!(around(&pattern).iter().any(|text| text.as_str().is_some_and(|text| text.len() == 5)));
        assert_eq!(matching(&pattern), matching(&pattern));
    }

    #[test]
    fn a_list_holds_what_its_elements_refuse() {
        assert!(bad(&Type::ListOf(Box::new(Type::Bool))).contains(&json!([7])));
    }
}
