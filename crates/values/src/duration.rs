//! A length of time with its unit, spelt so that systemd, Traefik and people read it alike.

use std::{fmt, str::FromStr, time};

use options::{OptionType, Pattern, Type};
use serde::{Deserialize, Serialize};

use crate::ValueError;

const FORM: &str = "a duration such as 30s, 5m, 4h or 7d";

/// A duration in milliseconds, written as a whole number and a unit (`ms`, `s`, `m`, `h`, `d`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Duration(u64);

/// Unit words from the largest, with their length in milliseconds.
const UNITS: [(&str, u64); 5] = [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1)];

impl Duration {
    /// A whole number of seconds.
    pub const fn seconds(n: u32) -> Self {
        Self(n as u64 * 1_000)
    }

    /// A whole number of minutes.
    pub const fn minutes(n: u32) -> Self {
        Self(n as u64 * 60_000)
    }

    /// A whole number of hours.
    pub const fn hours(n: u32) -> Self {
        Self(n as u64 * 3_600_000)
    }

    /// Whole seconds, rounded down.
    pub const fn as_secs(self) -> u64 {
        self.0 / 1_000
    }

    /// The standard library's form.
    pub const fn as_std(self) -> time::Duration {
        time::Duration::from_millis(self.0)
    }
}

impl FromStr for Duration {
    type Err = ValueError;

    fn from_str(text: &str) -> Result<Self, ValueError> {
        let bad = || ValueError::form(text, FORM);
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        // Nine digits of days still fit into 64 bits of milliseconds.
        if digits == 0 || digits > 9 {
            return Err(bad());
        }
        let (number, unit) = text.split_at(digits);
        let number: u64 = number.parse().map_err(|_| bad())?;
        let (_, length) = UNITS.iter().find(|(word, _)| *word == unit).ok_or_else(bad)?;
        Ok(Self(number * length))
    }
}

impl TryFrom<String> for Duration {
    type Error = ValueError;

    fn try_from(text: String) -> Result<Self, ValueError> {
        text.parse()
    }
}

impl From<Duration> for String {
    fn from(value: Duration) -> String {
        value.to_string()
    }
}

impl fmt::Display for Duration {
    /// The largest unit that needs no fraction.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let exact = UNITS.iter().find(|(_, length)| self.0 != 0 && self.0.is_multiple_of(*length));
        match exact {
            Some((word, length)) => write!(f, "{}{word}", self.0 / length),
            None => f.write_str("0s"),
        }
    }
}

impl OptionType for Duration {
    fn option_type() -> Type {
        Type::Pattern(Pattern { name: FORM, pattern: "[0-9]{1,9}(ms|s|m|h|d)", max_length: 11 })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Duration;

    #[test]
    fn reads_and_writes() {
        for (text, secs) in [("30s", 30), ("5m", 300), ("4h", 14_400), ("7d", 604_800), ("1500ms", 1)] {
            assert_eq!(text.parse::<Duration>().unwrap().as_secs(), secs);
            assert_eq!(text.parse::<Duration>().unwrap().to_string(), text);
        }
        for bad in ["", "5", "s", "-5s", "5 s", "5S", "1.5h", "1h30m", "9999999999s"] {
            assert!(bad.parse::<Duration>().is_err(), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(ms in 0u64..1_000_000_000) {
            let duration = Duration(ms);
            prop_assert_eq!(duration.to_string().parse::<Duration>().unwrap(), duration);
        }
    }
}
