//! Numbers within bounds.

use std::fmt;

use options::{OptionType, Type};
use serde::{Deserialize, Serialize};

use crate::ValueError;

/// A whole number from `MIN` to `MAX`, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "i64", into = "i64")]
pub struct Whole<const MIN: i64, const MAX: i64>(i64);

impl<const MIN: i64, const MAX: i64> Whole<MIN, MAX> {
    /// The number, moved to the nearer bound when it lies outside. For constants.
    pub const fn clamped(number: i64) -> Self {
        if number < MIN {
            Self(MIN)
        } else if number > MAX {
            Self(MAX)
        } else {
            Self(number)
        }
    }

    /// The number.
    pub const fn get(self) -> i64 {
        self.0
    }
}

impl<const MIN: i64, const MAX: i64> TryFrom<i64> for Whole<MIN, MAX> {
    type Error = ValueError;

    fn try_from(number: i64) -> Result<Self, ValueError> {
        if (MIN..=MAX).contains(&number) {
            Ok(Self(number))
        } else {
            let text = |n: i64| n.to_string();
            Err(ValueError::Bounds { number: text(number), min: text(MIN), max: text(MAX) })
        }
    }
}

impl<const MIN: i64, const MAX: i64> From<Whole<MIN, MAX>> for i64 {
    fn from(value: Whole<MIN, MAX>) -> i64 {
        value.0
    }
}

impl<const MIN: i64, const MAX: i64> fmt::Display for Whole<MIN, MAX> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<const MIN: i64, const MAX: i64> OptionType for Whole<MIN, MAX> {
    fn option_type() -> Type {
        Type::Int { min: Some(MIN), max: Some(MAX) }
    }
}

macro_rules! number {
    ($($(#[$doc:meta])* $name:ident: $min:literal..=$max:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Serialize, Deserialize)]
        #[serde(try_from = "f64", into = "f64")]
        pub struct $name(f64);

        impl $name {
            /// The number.
            pub const fn get(self) -> f64 {
                self.0
            }

            /// The number, moved to the nearest bound when it lies outside; no number at all becomes the lower one.
            #[must_use]
            pub fn clamped(number: f64) -> Self {
                Self(number.max($min).min($max))
            }
        }

        impl TryFrom<f64> for $name {
            type Error = ValueError;

            fn try_from(number: f64) -> Result<Self, ValueError> {
                if ($min..=$max).contains(&number) {
                    Ok(Self(number))
                } else {
                    Err(ValueError::Bounds {
                        number: number.to_string(),
                        min: f64::to_string(&$min),
                        max: f64::to_string(&$max),
                    })
                }
            }
        }

        impl From<$name> for f64 {
            fn from(value: $name) -> f64 {
                value.0
            }
        }

        impl OptionType for $name {
            fn option_type() -> Type {
                Type::Number { min: $min, max: $max }
            }
        }
    )*};
}

number! {
    /// Degrees north of the equator.
    Latitude: -90.0..=90.0;
    /// Degrees east of Greenwich.
    Longitude: -180.0..=180.0;
    /// A measured time in milliseconds.
    Milliseconds: 0.0..=10_000.0;
}

#[cfg(test)]
mod tests {
    use super::{Latitude, Whole};

    #[test]
    fn bounds_are_inclusive() {
        assert!(Whole::<1, 3>::try_from(1).is_ok() && Whole::<1, 3>::try_from(3).is_ok());
        assert!(Whole::<1, 3>::try_from(0).is_err() && Whole::<1, 3>::try_from(4).is_err());
        assert_eq!(Whole::<1, 3>::clamped(9).get(), 3);
        assert!(Latitude::try_from(90.1).is_err() && Latitude::try_from(f64::NAN).is_err());
    }
}
