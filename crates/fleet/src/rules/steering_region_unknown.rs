//! A default region that is not there.

use diag::{Code, Diagnostic, Kind, Report, nearest};
use values::Name;

use super::Rule;
use crate::Resolved;

/// See [`Code::SteeringRegionUnknown`].
pub(super) const RULE: Rule = Rule {
    code: Code::SteeringRegionUnknown,
    example: include_str!("../../tests/cases/err/steering_region_unknown/fleet.toml"),
    check,
};

fn check(fleet: &Resolved, report: &mut Report) {
    let Some((host, core)) = fleet.core() else { return };
    let region = &core.steering.default_region;
    if fleet.regions.contains_key(region) {
        return;
    }
    let known = fleet.regions.keys().map(Name::as_str);
    let kind = Kind::SteeringRegionUnknown {
        region: region.to_string(),
        did_you_mean: nearest(region.as_str(), known).map(Into::into),
    };
    report.push(Diagnostic::new(kind).at(fleet.place(host, "core.steering.default-region")));
}
