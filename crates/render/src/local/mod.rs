//! Rules on one rendered host: run by `rampart check` on every host, and by the Nix build on the evaluated one, so that
//! an override in Nix is judged by the same rules.

use diag::Report;
use serde_json::Value;

/// One rule on a rendered host.
pub struct LocalRule {
    /// The complaint that it makes.
    pub code: diag::Code,
    /// Looks for the fault.
    pub check: fn(&Value, &mut Report),
}

/// Every rule on one host.
pub const ALL: &[LocalRule] = &[];

/// Judges the file of one host.
pub fn check_host(host: &Value) -> Report {
    let mut report = Report::new();
    for rule in ALL {
        (rule.check)(host, &mut report);
    }
    report
}
