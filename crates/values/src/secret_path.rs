//! Where a secret is at run time. Its content is never a value of ours.

use std::{fmt, str::FromStr};

use options::{OptionType, Type};
use serde::{Deserialize, Serialize};

use crate::ValueError;

/// An absolute path outside the Nix store, as NixOS' `types.externalPath` (nixpkgs: `lib/types.nix`).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct SecretPath(String);

impl SecretPath {
    /// The path as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for SecretPath {
    type Err = ValueError;

    fn from_str(text: &str) -> Result<Self, ValueError> {
        let plain = |c: char| c.is_ascii_graphic();
        if !text.starts_with('/') || !text.chars().all(plain) || text.split('/').any(|part| part == "..") {
            return Err(ValueError::form(text, "an absolute path without `..`"));
        }
        let mut parts = text.split('/').filter(|part| !part.is_empty() && *part != ".");
        if parts.next() == Some("nix") && parts.next() == Some("store") {
            return Err(ValueError::SecretInStore);
        }
        Ok(Self(text.to_owned()))
    }
}

impl TryFrom<String> for SecretPath {
    type Error = ValueError;

    fn try_from(text: String) -> Result<Self, ValueError> {
        text.parse()
    }
}

impl From<SecretPath> for String {
    fn from(value: SecretPath) -> String {
        value.0
    }
}

impl fmt::Display for SecretPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl OptionType for SecretPath {
    fn option_type() -> Type {
        Type::SecretPath
    }
}

#[cfg(test)]
mod tests {
    use super::SecretPath;

    #[test]
    fn refuses_the_store_however_it_is_spelt() {
        for bad in ["/nix/store/x", "/nix/./store/x", "//nix//store/x", "/run/../nix/store/x", "secret", ""] {
            assert!(bad.parse::<SecretPath>().is_err(), "{bad}");
        }
        assert!("/run/rampart-secrets".parse::<SecretPath>().is_ok());
    }
}
