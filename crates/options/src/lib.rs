//! Layer 0: an option set described as plain data, and the traits that `#[derive(Describe)]` implements.
//!
//! One struct with `#[derive(Describe)]` is at once the NixOS option set, its documentation, the JSON Schema of the
//! manifest and the parser of the daemon that reads the rendered settings. See `docs/architecture.md`.

mod export;
mod layer;
mod schema;
mod types;

pub use export::to_nix_json;
pub use layer::{Group, Layer, Unsettled};
pub use schema::to_json_schema;
pub use types::{OptionType, Pattern, Type};

use serde_json::Value;

/// A struct that describes itself as a set of options.
pub trait Describe {
    /// The description, in the order of the fields.
    fn describe() -> OptionSet;
}

/// A named set of options, `rampart.<set>` in NixOS and `[<set>]` in the manifest.
#[derive(Debug, Clone, PartialEq)]
pub struct OptionSet {
    /// Name of the set; empty for a group inside another set.
    pub set: &'static str,
    /// Rust file that declares it, relative to the repository.
    pub source: &'static str,
    /// Documentation of the whole set, CommonMark.
    pub description: &'static str,
    /// Its options in order of declaration.
    pub options: Vec<OptionDecl>,
}

/// One option.
#[derive(Debug, Clone, PartialEq)]
pub struct OptionDecl {
    /// Name as a Rust identifier; [`OptionDecl::kebab`] and [`OptionDecl::camel`] give the two spellings.
    pub ident: &'static str,
    /// What values it takes.
    pub ty: Type,
    /// Value when nobody sets it; `None` when it must be set or derived.
    pub default: Option<Value>,
    /// A value that shows its form.
    pub example: Option<Value>,
    /// Documentation, CommonMark.
    pub description: &'static str,
    /// Who may set it, and where it ends.
    pub scope: Scope,
}

/// Who may set an option, and where its value ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// May be overridden in Nix; the module consumes it.
    Local,
    /// May be overridden in Nix; reaches exactly one key of one unit.
    Feeds {
        /// Unit name as in the host file's `services`.
        unit: &'static str,
        /// Path of keys below it.
        key: &'static [&'static str],
    },
    /// Computed from the whole fleet: read-only in Nix, overridden only in the manifest.
    Derived,
}

impl OptionDecl {
    /// Spelling in TOML.
    pub fn kebab(&self) -> String {
        kebab(self.ident)
    }

    /// Spelling in Nix and in rendered JSON.
    pub fn camel(&self) -> String {
        camel(self.ident)
    }
}

/// `drain_time` → `drain-time`.
pub fn kebab(ident: &str) -> String {
    ident.replace('_', "-")
}

/// `drain_time` or `drain-time` → `drainTime`, the way serde's `camelCase` spells it.
pub fn camel(ident: &str) -> String {
    let mut out = String::with_capacity(ident.len());
    let mut upper = false;
    for c in ident.chars() {
        match c {
            '_' | '-' => upper = true,
            c if upper => {
                out.extend(c.to_uppercase());
                upper = false;
            }
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{camel, kebab};

    #[test]
    fn spellings() {
        assert_eq!(kebab("drain_time"), "drain-time");
        assert_eq!(camel("drain_time"), "drainTime");
        assert_eq!(camel("ipv4"), "ipv4");
    }
}
