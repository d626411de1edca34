//! Versions of programs, which compare by their numbers.

use std::{fmt, str::FromStr};

use options::{OptionType, Pattern, Type};
use serde::{Deserialize, Serialize};

use crate::ValueError;

/// A version of two to four numbers. `1.9` and `1.9.0` are the same; four numbers are in use too (tuwunel `1.4.9.1`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Version([u32; 4]);

impl Version {
    /// The form, as NixOS and JSON Schema see it.
    pub const PATTERN: Pattern = Pattern {
        name: "a version (two to four numbers with dots between)",
        pattern: "[0-9]{1,6}(\\.[0-9]{1,6}){1,3}",
        max_length: 27,
    };

    /// `major.minor.patch`. For constants.
    pub const fn new(major: u32, minor: u32, patch: u32) -> Self {
        Self([major, minor, patch, 0])
    }
}

impl FromStr for Version {
    type Err = ValueError;

    fn from_str(text: &str) -> Result<Self, ValueError> {
        let refused = || ValueError::form(text, Self::PATTERN.name);
        let is_number =
            |part: &str| (1..=6).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
        let parts: Vec<&str> = text.split('.').collect();
        if !(2..=4).contains(&parts.len()) || !parts.iter().all(|part| is_number(part)) {
            return Err(refused());
        }
        let mut numbers = [0; 4];
        for (number, part) in numbers.iter_mut().zip(parts) {
            *number = part.parse().map_err(|_| refused())?;
        }
        Ok(Self(numbers))
    }
}

impl TryFrom<String> for Version {
    type Error = ValueError;

    fn try_from(text: String) -> Result<Self, ValueError> {
        text.parse()
    }
}

impl From<Version> for String {
    fn from(version: Version) -> Self {
        version.to_string()
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [major, minor, patch, fourth] = self.0;
        write!(f, "{major}.{minor}.{patch}")?;
        if fourth == 0 { Ok(()) } else { write!(f, ".{fourth}") }
    }
}

impl OptionType for Version {
    fn option_type() -> Type {
        Type::Pattern(Self::PATTERN)
    }
}

#[cfg(test)]
mod tests {
    use regex::Regex;

    use super::*;

    fn version(text: &str) -> Version {
        text.parse().unwrap()
    }

    #[test]
    fn versions_compare_by_number() {
        assert!(version("3.7.13") > version("3.7.9") && version("1.4.9.1") > version("1.4.9"));
        assert_eq!(version("1.9"), version("1.9.0"));
        assert_eq!(version("1.9").to_string(), "1.9.0");
        assert_eq!(version("1.4.9.1").to_string(), "1.4.9.1");
    }

    #[test]
    fn parser_and_pattern_agree() {
        let pattern = Regex::new(&format!("^(?:{})$", Version::PATTERN.pattern)).unwrap();
        for text in
            ["1.2", "0.0", "1.2.3.4", "", "1", "1.", ".1", "1.2.3.4.5", "1.a", "v1.2", "1.2-rc1", "1234567.0"]
        {
            assert_eq!(text.parse::<Version>().is_ok(), pattern.is_match(text), "{text}");
        }
    }
}
