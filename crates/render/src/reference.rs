//! Reference of every option, for people and for programs.

use std::fmt::Write as _;

use options::{OptionDecl, OptionSet, Scope, Type, to_nix_json};
use serde_json::{Value, json};

/// Every option as Markdown.
pub fn option_reference_markdown() -> String {
    let mut out =
        String::from("# Options\n\nNames are as in TOML; in Nix they are camelCase below `rampart.`.\n");
    for set in all_sets() {
        let _ = write!(out, "\n## `[{}]`\n\n{}\n", set.set, set.description);
        group(&mut out, &set, set.set);
    }
    out
}

/// Every option as JSON: the documents of all sets.
pub fn option_reference_json() -> Value {
    json!({ "options": all_sets().iter().map(to_nix_json).collect::<Vec<_>>() })
}

fn all_sets() -> Vec<OptionSet> {
    settings::manifest_tables().into_iter().chain(settings::nixos_sets()).collect()
}

fn group(out: &mut String, set: &OptionSet, prefix: &str) {
    for option in &set.options {
        let path = format!("{prefix}.{}", option.kebab());
        match &option.ty {
            Type::Submodule(inner) => group(out, inner, &path),
            _ => entry(out, option, &path),
        }
    }
}

fn entry(out: &mut String, option: &OptionDecl, path: &str) {
    let _ = write!(out, "\n### `{path}`\n\n{}\n\n- type: {}\n", option.description, words(&option.ty));
    if let Some(default) = &option.default {
        let _ = writeln!(out, "- default: `{default}`");
    }
    if let Some(example) = &option.example {
        let _ = writeln!(out, "- example: `{example}`");
    }
    match option.scope {
        Scope::Local => {}
        Scope::Feeds { unit, key } => {
            let _ = writeln!(out, "- reaches: `{}` of `{unit}`", key.join("."));
        }
        Scope::Derived => out.push_str("- read-only in Nix\n"),
    }
}

/// A type in words.
fn words(ty: &Type) -> String {
    match ty {
        Type::Bool => "true or false".into(),
        Type::Int { min: Some(min), max: Some(max) } => format!("whole number from {min} to {max}"),
        Type::Int { .. } => "whole number".into(),
        Type::Number { min, max } => format!("number from {min} to {max}"),
        Type::Port => "port".into(),
        Type::Str => "text".into(),
        Type::NonEmptyStr => "text that is not empty".into(),
        Type::Pattern(pattern) => pattern.name.into(),
        Type::Ipv4 => "an IPv4 address".into(),
        Type::Ipv6 => "an IPv6 address".into(),
        Type::Ip => "an IP address".into(),
        Type::Cidr => "an address with a prefix length".into(),
        Type::Url => "a URL".into(),
        Type::SecretPath => "an absolute path outside the Nix store".into(),
        Type::Enum(words) => words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(" or "),
        Type::NullOr(of) => format!("{}, or unset", words(of)),
        Type::ListOf(of) => format!("list of: {}", words(of)),
        Type::AttrsOf(of) => format!("table of: {}", words(of)),
        Type::Submodule(_) => "table".into(),
    }
}
