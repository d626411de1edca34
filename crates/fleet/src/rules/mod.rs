//! One file per rule. A rule looks at the whole resolved fleet and adds its complaints to the report.

mod region_without_edge;

use diag::{Code, Report};

use crate::Resolved;

/// One rule.
pub struct Rule {
    /// The complaint that it makes.
    pub code: Code,
    /// A manifest that it refuses, for `rampart explain`.
    pub example: &'static str,
    /// Looks for the fault.
    pub check: fn(&Resolved, &mut Report),
}

/// Every rule, by area.
pub const ALL: &[Rule] = &[region_without_edge::RULE];
