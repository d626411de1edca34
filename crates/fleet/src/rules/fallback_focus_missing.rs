//! A fleet in which nobody can call.

use diag::{Code, Diagnostic, Kind, Report};

use super::Rule;
use crate::{Relay, Resolved, ResolvedHost};

/// See [`Code::FallbackFocusMissing`].
pub(super) const RULE: Rule = Rule {
    code: Code::FallbackFocusMissing,
    example: include_str!("../../tests/cases/err/fallback_focus_missing/fleet.toml"),
    check,
};

/// Whether no host can relay 1:1 calls.
pub(super) fn is_missing(fleet: &Resolved) -> bool {
    let stands_in = |host: &ResolvedHost| host.relay() != Some(Relay::Backbone);
    let has_edge = || fleet.edges().any(|(host, _)| stands_in(host));
    fleet.core().is_some_and(|(_, core)| !core.public_media) && !has_edge()
}

fn check(fleet: &Resolved, report: &mut Report) {
    if let Some((host, _)) = fleet.core().filter(|_| is_missing(fleet)) {
        let kind = Kind::FallbackFocusMissing { core: host.name.to_string() };
        report.push(Diagnostic::new(kind).at(fleet.place(host, "core.public-media")).on(host.name.as_str()));
    }
}
