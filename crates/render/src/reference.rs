//! Reference of every option, for people and for programs.

use std::fmt::Write as _;

use options::{OptionDecl, OptionSet, Scope, Type, to_nix_json};
use serde_json::{Value, json};
use settings::host::RoleName;

/// What holds for all tables.
const PREFACE: &str = "\
# Options

Names are as in TOML. What a host has stands at the top of the manifest, for all hosts, or below one of them, as in
`[host.edge-lon.disk]`, which wins. In Nix that is `rampart.<table>`, with names in camelCase. The other tables say what
the fleet is, and are of the manifest alone.
";

/// Every option as Markdown.
pub fn option_reference_markdown() -> String {
    let mut out = PREFACE.to_owned();
    for Table { set, reach } in tables() {
        let _ = write!(
            out,
            "\n## `[{}]`\n\n{}\n\n{}\n",
            reach.heading(set.set),
            set.description,
            reach.words(set.set)
        );
        group(&mut out, &set, set.set);
    }
    out
}

/// Every option as JSON: the documents of all sets, each with how its table is written and where it may stand.
pub fn option_reference_json() -> Value {
    let document = |Table { set, reach }: Table| {
        let mut document = to_nix_json(&set);
        document["table"] = reach.heading(set.set).into();
        document["belowHost"] = reach.is_of_hosts().into();
        document["nix"] =
            if reach.is_of_hosts() { format!("rampart.{}", set.set).into() } else { Value::Null };
        document
    };
    json!({ "options": tables().into_iter().map(document).collect::<Vec<_>>() })
}

/// A set of options, and where its table may stand.
struct Table {
    set: OptionSet,
    reach: Reach,
}

/// Where a table may stand.
#[derive(Clone, Copy)]
enum Reach {
    /// Once in the manifest.
    Once,
    /// In the manifest, once for each of the things that are called so.
    Each(&'static str),
    /// For all hosts, and below any.
    Hosts,
    /// For all hosts of a role, and below any of them.
    Role,
}

impl Reach {
    fn heading(self, set: &str) -> String {
        match self {
            Self::Each(name) => format!("{set}.{name}"),
            Self::Once | Self::Hosts | Self::Role => set.to_owned(),
        }
    }

    fn is_of_hosts(self) -> bool {
        matches!(self, Self::Hosts | Self::Role)
    }

    fn words(self, set: &str) -> String {
        match self {
            Self::Once | Self::Each(_) => "In the manifest alone.".to_owned(),
            Self::Hosts => format!("Also below a host, `[host.<name>.{set}]`. In Nix `rampart.{set}`."),
            Self::Role => {
                format!("Also below a host of this role, `[host.<name>.{set}]`. In Nix `rampart.{set}`.")
            }
        }
    }
}

fn tables() -> Vec<Table> {
    let of_fleet = settings::manifest_tables().into_iter().map(|set| {
        let reach = if set.set == "fleet" { Reach::Once } else { Reach::Each("<name>") };
        Table { set, reach }
    });
    let links = Table { set: settings::link::describe(), reach: Reach::Each("<region>") };
    let of_hosts = settings::nixos_sets().into_iter().map(|set| {
        let is_role = set.set.parse::<RoleName>().is_ok();
        Table { set, reach: if is_role { Reach::Role } else { Reach::Hosts } }
    });
    of_fleet.chain([links]).chain(of_hosts).collect()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_says_how_it_is_written_and_where_it_may_stand() {
        let text = option_reference_markdown();
        for (heading, words) in [
            ("[fleet]", "In the manifest alone."),
            ("[region.<name>]", "In the manifest alone."),
            ("[host.<name>]", "In the manifest alone."),
            ("[tenant.<name>]", "In the manifest alone."),
            ("[link.<region>]", "In the manifest alone."),
            ("[disk]", "Also below a host, `[host.<name>.disk]`. In Nix `rampart.disk`."),
            ("[edge]", "Also below a host of this role, `[host.<name>.edge]`. In Nix `rampart.edge`."),
        ] {
            let (_, section) =
                text.split_once(&format!("\n## `{heading}`\n")).unwrap_or_else(|| panic!("{heading}"));
            let (about, _) = section.split_once("\n### ").unwrap();
            assert!(about.contains(words), "{heading}: {about}");
        }
        assert!(
            text.contains("### `link.<region>`") && text.contains("### `edge.livekit.drain-time`"),
            "{text}"
        );
    }

    #[test]
    fn programs_are_told_the_same() {
        let json = option_reference_json();
        let told = |set: &str| {
            let documents = json["options"].as_array().unwrap();
            let document = documents.iter().find(|document| document["set"] == set).unwrap();
            [&document["table"], &document["belowHost"], &document["nix"]].map(Value::clone)
        };
        assert_eq!(told("link"), [json!("link.<region>"), json!(false), Value::Null]);
        assert_eq!(told("host"), [json!("host.<name>"), json!(false), Value::Null]);
        assert_eq!(told("audit"), [json!("audit"), json!(true), json!("rampart.audit")]);
    }
}
