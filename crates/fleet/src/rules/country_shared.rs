//! A country in two regions.

use std::collections::BTreeMap;

use diag::{Code, Diagnostic, Kind, Report};

use super::Rule;
use crate::Resolved;

/// See [`Code::CountryShared`].
pub(super) const RULE: Rule = Rule {
    code: Code::CountryShared,
    example: include_str!("../../tests/cases/err/country_shared/fleet.toml"),
    check,
};

fn check(fleet: &Resolved, report: &mut Report) {
    let mut owners = BTreeMap::new();
    for (name, region) in &fleet.regions {
        for (index, country) in region.countries.iter().enumerate() {
            let path = format!("region.{name}.countries.{index}");
            let Some((first, other)) = owners.insert(country, (name, path.clone())) else { continue };
            if first == name {
                continue;
            }
            let kind = Kind::CountryShared {
                country: country.to_string(),
                first: first.to_string(),
                second: name.to_string(),
            };
            let also = fleet.places.value(&other);
            report.push(Diagnostic::new(kind).at(fleet.places.value(&path)).also(also, "the other one"));
        }
    }
}
