//! `[link.<region>]`: measured round trips towards other regions. Both names are free, so there is no struct.

use options::{OptionDecl, OptionSet, OptionType as _, Scope};
use values::Milliseconds;

/// Stands for the name of the other region.
pub const OTHER: &str = "<region>";

/// The table, with one option that stands for those of all regions.
pub fn describe() -> OptionSet {
    OptionSet {
        set: "link",
        source: file!(),
        description: "Measured round trips from one region to others; they hold for the way back as well.",
        options: vec![OptionDecl {
            ident: OTHER,
            ty: Milliseconds::option_type(),
            default: None,
            example: Some(12.5.into()),
            description: "Round trip to this region in milliseconds. Where none is given, the great circle counts.",
            scope: Scope::Local,
        }],
    }
}
