//! A fleet in which nobody can call.

use diag::{Code, Diagnostic, Kind, Report};

use super::Rule;
use crate::Resolved;

/// See [`Code::FallbackFocusMissing`].
pub(super) const RULE: Rule = Rule {
    code: Code::FallbackFocusMissing,
    example: include_str!("../../tests/cases/err/fallback_focus_missing/fleet.toml"),
    check,
};

fn check(fleet: &Resolved, report: &mut Report) {
    let Some((host, core)) = fleet.core() else { return };
    if !core.public_media && fleet.edges().next().is_none() {
        let kind = Kind::FallbackFocusMissing { core: host.name.to_string() };
        report.push(Diagnostic::new(kind).at(fleet.place(host, "core.public-media")).on(host.name.as_str()));
    }
}
