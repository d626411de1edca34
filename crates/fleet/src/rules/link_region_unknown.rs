//! Measurements of a region that does not exist.

use diag::{Code, Diagnostic, Kind, Report, nearest};
use values::Name;

use super::Rule;
use crate::Resolved;

/// See [`Code::LinkRegionUnknown`].
pub(super) const RULE: Rule = Rule {
    code: Code::LinkRegionUnknown,
    example: include_str!("../../tests/cases/err/link_region_unknown/fleet.toml"),
    check,
};

fn check(fleet: &Resolved, report: &mut Report) {
    for (row, columns) in &fleet.links {
        if let Some(kind) = unknown(fleet, row) {
            report.push(Diagnostic::new(kind).at(fleet.places.key(&format!("link.{row}"))));
        }
        for column in columns.keys() {
            if let Some(kind) = unknown(fleet, column) {
                report.push(Diagnostic::new(kind).at(fleet.places.key(&format!("link.{row}.{column}"))));
            }
        }
    }
}

fn unknown(fleet: &Resolved, region: &Name) -> Option<Kind> {
    let known = || fleet.regions.keys().map(Name::as_str);
    (!fleet.regions.contains_key(region)).then(|| Kind::LinkRegionUnknown {
        region: region.to_string(),
        did_you_mean: nearest(region.as_str(), known()).map(Into::into),
    })
}
