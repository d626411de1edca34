//! What is said of a value that its option refuses.

use diag::{Kind, nearest};
use options::{OptionSet, Type};
use serde_json::Value;

use crate::PART_NAMES;

/// The complaint about the value of `key`.
pub(crate) fn kind(key: &str, said: Said) -> Kind {
    Kind::ValueInvalid {
        key: key.to_owned(),
        option: option_name(key),
        detail: said.detail,
        did_you_mean: said.did_you_mean,
    }
}

/// What is wrong with a value, and what was perhaps meant.
#[derive(Debug, PartialEq)]
pub(crate) struct Said {
    pub(crate) detail: String,
    pub(crate) did_you_mean: Option<String>,
}

impl From<&str> for Said {
    fn from(detail: &str) -> Self {
        Self { detail: detail.to_owned(), did_you_mean: None }
    }
}

/// Says it in the words of the option's type; none where the type is content with the form of the value, because it is then
/// the content that was refused, with a reason of its own.
pub(crate) fn said(ty: &Type, value: &Value) -> Option<Said> {
    let expected = match (ty, value) {
        (Type::NullOr(of), _) => return said(of, value),
        (Type::Enum(words), Value::String(word)) => {
            return Some(Said {
                detail: format!("`{}` is none of {}", shortened(word), listed(words)),
                did_you_mean: nearest(word, words.iter().copied()).map(Into::into),
            });
        }
        (Type::Enum(words), _) => format!("one of {}", listed(words)),
        (Type::Bool, _) => "`true` or `false`".to_owned(),
        (Type::Port, _) => "a port number from 0 to 65535".to_owned(),
        (Type::Int { min, max }, _) => format!("a whole number{}", bounds(*min, *max)),
        (Type::Number { min, max }, _) => format!("a number from {min} to {max}"),
        (Type::ListOf(_), Value::Array(_))
        | (Type::AttrsOf(_) | Type::Submodule(_), Value::Object(_))
        | (_, Value::String(_)) => return None,
        (Type::ListOf(_), _) => "a list".to_owned(),
        (Type::AttrsOf(_) | Type::Submodule(_), _) => "a table".to_owned(),
        _ => "text in quotation marks".to_owned(),
    };
    Some(format!("{expected} is expected here").as_str().into())
}

fn listed(words: &[&str]) -> String {
    words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}

fn bounds(min: Option<i64>, max: Option<i64>) -> String {
    match (min, max) {
        (Some(min), Some(max)) => format!(" from {min} to {max}"),
        (Some(min), None) => format!(", at least {min}"),
        (None, Some(max)) => format!(", at most {max}"),
        (None, None) => String::new(),
    }
}

/// A hostile manifest may hold a word of a megabyte.
fn shortened(word: &str) -> String {
    const SHOWN: usize = 40;
    match word.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &word[..end]),
        None => word.to_owned(),
    }
}

/// The type of what stands at `path` below a table of `set`.
pub(crate) fn type_at<'s>(set: &'s OptionSet, path: &[String]) -> Option<&'s Type> {
    let (first, rest) = path.split_first()?;
    let option = set.options.iter().find(|option| option.kebab() == *first)?;
    rest.iter().try_fold(&option.ty, |ty, part| below(ty, part))
}

fn below<'s>(ty: &'s Type, part: &str) -> Option<&'s Type> {
    match ty {
        Type::NullOr(of) => below(of, part),
        Type::ListOf(of) | Type::AttrsOf(of) => Some(of),
        Type::Submodule(group) => {
            group.options.iter().find(|option| option.kebab() == part).map(|option| &option.ty)
        }
        _ => None,
    }
}

/// The option as `rampart options` names it: without the name of a host, region or tenant, and without places in a list.
fn option_name(key: &str) -> String {
    let mut parts: Vec<&str> = key.split('.').filter(|part| part.parse::<usize>().is_err()).collect();
    match parts.as_slice() {
        ["host", _, part, _, ..] if PART_NAMES.contains(part) => drop(parts.drain(..2)),
        ["host" | "region" | "tenant", _, _, ..] => drop(parts.remove(1)),
        _ => {}
    }
    parts.join(".")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn detail(ty: &Type, value: &Value) -> String {
        said(ty, value).map(|said| said.detail).unwrap_or_default()
    }

    #[test]
    fn an_option_is_named_as_in_the_reference() {
        for (key, option) in [
            ("host.edge-lon.role", "host.role"),
            ("host.edge-lon.edge.livekit.log", "edge.livekit.log"),
            ("host.edge-lon.base.ssh-keys.0", "base.ssh-keys"),
            ("region.lon.promise", "region.promise"),
            ("base.time-servers.1", "base.time-servers"),
            ("fleet.domain", "fleet.domain"),
            ("host.edge-lon", "host.edge-lon"),
        ] {
            assert_eq!(option_name(key), option);
        }
    }

    #[test]
    fn a_misspelt_word_has_a_guess_and_no_word_of_serde() {
        let ty = Type::NullOr(Box::new(Type::Enum(vec!["gateway", "core", "edge", "dmz"])));
        let egde = said(&ty, &json!("egde")).unwrap();
        assert_eq!(egde.detail, "`egde` is none of `gateway`, `core`, `edge`, `dmz`");
        assert_eq!(egde.did_you_mean.as_deref(), Some("edge"));
        assert_eq!(detail(&ty, &json!(3)), "one of `gateway`, `core`, `edge`, `dmz` is expected here");
        assert!(detail(&ty, &json!("x".repeat(1 << 20))).len() < 200);
    }

    #[test]
    fn a_number_is_asked_for_within_its_bounds() {
        let whole = Type::Int { min: Some(1), max: Some(99) };
        assert_eq!(detail(&whole, &json!("many")), "a whole number from 1 to 99 is expected here");
        assert_eq!(detail(&Type::Port, &json!(70_000)), "a port number from 0 to 65535 is expected here");
        let number = Type::Number { min: 0.0, max: 10_000.0 };
        assert_eq!(detail(&number, &json!("fast")), "a number from 0 to 10000 is expected here");
    }

    #[test]
    fn content_has_a_reason_of_its_own() {
        assert_eq!(said(&Type::SecretPath, &json!("/nix/store/x")), None);
        assert_eq!(detail(&Type::Ipv4, &json!(1)), "text in quotation marks is expected here");
        assert_eq!(said(&Type::ListOf(Box::new(Type::Str)), &json!([])), None);
        assert_eq!(detail(&Type::ListOf(Box::new(Type::Str)), &json!(1)), "a list is expected here");
    }
}
