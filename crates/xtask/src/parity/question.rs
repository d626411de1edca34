//! Questions: one value for one option, or one name that is no option.

use options::{OptionDecl, OptionSet, Type, camel};
use serde_json::{Map, Value, json};

use super::values;

/// One value for one option.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Question {
    /// The set, and whether it exists in NixOS or in the manifest only.
    pub(super) set: &'static str,
    /// Whether NixOS has the set.
    pub(super) is_nixos: bool,
    /// Names from the set to the option, in kebab-case.
    pub(super) path: Vec<String>,
    /// Word of the option's type; `name` when the name itself is in question.
    pub(super) word: &'static str,
    /// The value.
    pub(super) value: Value,
}

impl Question {
    /// `edge.livekit.port`.
    pub(super) fn option(&self) -> String {
        format!("{}.{}", self.set, self.path.join("."))
    }

    /// The manifest that sets the option and nothing else.
    pub(super) fn manifest(&self) -> Value {
        let table = nested(&self.path, self.value.clone());
        match self.set {
            "region" | "host" | "tenant" | "link" => json!({ self.set: { "one": table } }),
            set => json!({ set: table }),
        }
    }

    /// Names and value as NixOS spells them.
    pub(super) fn nixos(&self) -> (Vec<String>, Value) {
        (self.path.iter().map(|name| camel(name)).collect(), self.value.clone())
    }
}

fn nested(path: &[String], value: Value) -> Value {
    path.iter().rev().fold(value, |value, name| Value::Object(Map::from_iter([(name.clone(), value)])))
}

/// Every question about every set.
pub(super) fn all() -> Vec<Question> {
    let nixos = settings::nixos_sets().into_iter().map(|set| (set, true));
    let manifest = settings::manifest_tables().into_iter().map(|set| (set, false));
    let sets = nixos.chain(manifest).flat_map(|(set, is_nixos)| about(&set, set.set, is_nixos, &[]));
    sets.chain(links()).collect()
}

/// In `[link.<region>]` all names are free: only values are in question.
fn links() -> Vec<Question> {
    let set = settings::link::describe();
    let ask = |path, word, value| Question { set: set.set, is_nixos: false, path, word, value };
    let figures = set.options.iter().flat_map(|option| {
        let word = word(&option.ty);
        candidates(option).into_iter().map(move |value| ask(vec!["two".to_owned()], word, value))
    });
    let tables = [json!(1), json!("text"), json!([])].map(|value| ask(Vec::new(), "submodule", value));
    figures.chain(tables).collect()
}

fn about(group: &OptionSet, set: &'static str, is_nixos: bool, path: &[String]) -> Vec<Question> {
    let ask = |path: Vec<String>, word, value| Question { set, is_nixos, path, word, value };
    let mut questions = Vec::new();
    for option in &group.options {
        let path = [path, &[option.kebab()]].concat();
        if let Type::Submodule(inner) = &option.ty {
            questions.extend(about(inner, set, is_nixos, &path));
            questions.extend(
                [json!(1), json!("text"), json!([])].map(|value| ask(path.clone(), "submodule", value)),
            );
            continue;
        }
        let word = word(&option.ty);
        questions.extend(candidates(option).into_iter().map(|value| ask(path.clone(), word, value)));
        if let Some(accepted) = values::good(&option.ty).into_iter().next() {
            questions
                .extend(misspelt(&path, group).into_iter().map(|path| ask(path, "name", accepted.clone())));
        }
    }
    questions
}

/// Values made from the type, and those that the option itself names.
fn candidates(option: &OptionDecl) -> Vec<Value> {
    let own = option.default.iter().chain(&option.example).filter(|value| !value.is_null()).cloned();
    let mut all: Vec<Value> = own.chain(values::good(&option.ty)).chain(values::bad(&option.ty)).collect();
    let mut seen = Vec::new();
    all.retain(|value| {
        !seen.contains(value) && {
            seen.push(value.clone());
            true
        }
    });
    all
}

/// The path with a letter too many, and with one too few, unless that is another option.
fn misspelt(path: &[String], group: &OptionSet) -> Vec<Vec<String>> {
    let Some((last, before)) = path.split_last() else { return Vec::new() };
    let shorter: String = last.chars().take(last.chars().count().saturating_sub(1)).collect();
    let names = [format!("{last}x"), shorter];
    let is_free =
        |name: &String| !name.is_empty() && !group.options.iter().any(|option| option.kebab() == *name);
    names.into_iter().filter(is_free).map(|name| [before, &[name]].concat()).collect()
}

/// The word of a type in docs/architecture.md; of what stands inside a list or table where that decides.
pub(super) fn word(ty: &Type) -> &'static str {
    match ty {
        Type::Bool => "bool",
        Type::Int { .. } => "int",
        Type::Number { .. } => "number",
        Type::Port => "port",
        Type::Str => "str",
        Type::NonEmptyStr => "nonEmptyStr",
        Type::Pattern(_) => "pattern",
        Type::Ipv4 => "ipv4",
        Type::Ipv6 => "ipv6",
        Type::Ip => "ip",
        Type::Cidr => "cidr",
        Type::Url => "url",
        Type::SecretPath => "secretPath",
        Type::Enum(_) => "enum",
        Type::NullOr(of) | Type::ListOf(of) | Type::AttrsOf(of) => word(of),
        Type::Submodule(_) => "submodule",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_option_is_asked_about_and_so_is_a_misspelt_name() {
        let questions = all();
        let asks = |option: &str| questions.iter().any(|question| question.option() == option);
        assert!(asks("edge.livekit.drain-time") && asks("edge.livekit.drain-timex") && asks("host.role"));
        assert!(asks("link.two"), "links are not asked about");
        assert!(questions.iter().any(|it| it.option() == "disk.unlock-port" && it.value == json!(70_000)));
    }

    #[test]
    fn spellings_of_both_sides() {
        let question = Question {
            set: "edge",
            is_nixos: true,
            path: vec!["livekit".into(), "drain-time".into()],
            word: "pattern",
            value: json!("8h"),
        };
        assert_eq!(question.manifest(), json!({ "edge": { "livekit": { "drain-time": "8h" } } }));
        assert_eq!(question.nixos().0, ["livekit", "drainTime"]);
    }
}
