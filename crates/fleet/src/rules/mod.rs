//! One file per rule. A rule looks at the whole resolved fleet and adds its complaints to the report.
//!
//! The file is called like the complaint's code. It starts with one line on what goes wrong, says why in
//! `diag/src/kind/<area>.rs`, and has its cases in `tests/cases/{err,ok}/<code>/`. The other files are what several
//! rules share: [`blame`], [`homeservers`], [`listeners`], [`addresses`].

mod address_duplicated;
mod addresses;
mod blame;
mod disk_unencrypted;
mod dmz_opens_inwards;
mod encryption_allowed;
mod homeservers;
mod key_missing;
mod listeners;
mod networks_overlap;
mod port_taken;
mod purge_enabled;
mod ranges_overlap;
mod region_without_edge;
mod registration_open;

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

/// Every rule, by name; the report sorts complaints by their place.
pub const ALL: &[Rule] = &[
    address_duplicated::RULE,
    disk_unencrypted::RULE,
    dmz_opens_inwards::RULE,
    encryption_allowed::RULE,
    key_missing::RULE,
    networks_overlap::RULE,
    port_taken::RULE,
    purge_enabled::RULE,
    ranges_overlap::RULE,
    region_without_edge::RULE,
    registration_open::RULE,
];
