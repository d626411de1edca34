//! The closed list of option types and the Rust types that stand for them.

use std::collections::BTreeMap;

use crate::OptionSet;

/// What values an option takes. The words in `docs/architecture.md` are these variants.
#[derive(Debug, Clone, PartialEq)]
pub enum Type {
    /// True or false.
    Bool,
    /// A whole number within inclusive bounds.
    Int {
        /// Smallest value.
        min: Option<i64>,
        /// Largest value.
        max: Option<i64>,
    },
    /// A number, perhaps with a fraction; only in tables that stay in the manifest.
    Number {
        /// Smallest value.
        min: f64,
        /// Largest value.
        max: f64,
    },
    /// A port number, 0–65535 as NixOS' `types.port`.
    Port,
    /// Any text.
    Str,
    /// Text that is not empty.
    NonEmptyStr,
    /// Text of a named form.
    Pattern(Pattern),
    /// An IPv4 address.
    Ipv4,
    /// An IPv6 address.
    Ipv6,
    /// An address of either family.
    Ip,
    /// An address and a prefix length.
    Cidr,
    /// An absolute URL with a host.
    Url,
    /// An absolute runtime path outside the Nix store.
    SecretPath,
    /// One of some words.
    Enum(Vec<&'static str>),
    /// The inner type or null.
    NullOr(Box<Type>),
    /// A list.
    ListOf(Box<Type>),
    /// A table with free keys.
    AttrsOf(Box<Type>),
    /// A closed table.
    Submodule(OptionSet),
}

/// A form of text, in the common subset of Rust `regex`, JSON Schema and POSIX ERE
/// (no `\d`, no look-around, no lazy quantifiers). The whole text must match.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pattern {
    /// What the form is called, in words.
    pub name: &'static str,
    /// The expression, without anchors.
    pub pattern: &'static str,
    /// Longest text in bytes.
    pub max_length: u32,
}

/// A Rust type that can stand in an option.
pub trait OptionType {
    /// The option type it stands for.
    fn option_type() -> Type;
}

macro_rules! plain {
    ($($rust:ty => $ty:expr;)*) => {
        $(impl OptionType for $rust {
            fn option_type() -> Type { $ty }
        })*
    };
}

plain! {
    bool => Type::Bool;
    u8 => Type::Int { min: Some(0), max: Some(255) };
    u16 => Type::Int { min: Some(0), max: Some(65_535) };
    u32 => Type::Int { min: Some(0), max: Some(4_294_967_295) };
    // Nix integers are 64 bits signed; nothing above can cross.
    u64 => Type::Int { min: Some(0), max: Some(i64::MAX) };
    i64 => Type::Int { min: None, max: None };
    String => Type::Str;
    std::net::Ipv4Addr => Type::Ipv4;
    std::net::Ipv6Addr => Type::Ipv6;
    std::net::IpAddr => Type::Ip;
}

impl<T: OptionType> OptionType for Option<T> {
    fn option_type() -> Type {
        Type::NullOr(Box::new(T::option_type()))
    }
}

impl<T: OptionType> OptionType for Vec<T> {
    fn option_type() -> Type {
        Type::ListOf(Box::new(T::option_type()))
    }
}

impl<K, T: OptionType> OptionType for BTreeMap<K, T> {
    fn option_type() -> Type {
        Type::AttrsOf(Box::new(T::option_type()))
    }
}
