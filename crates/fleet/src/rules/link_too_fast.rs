//! Measurements that physics forbids.

use diag::{Code, Diagnostic, Kind, Report};

use super::Rule;
use crate::{Resolved, geography};

/// See [`Code::LinkTooFast`].
pub(super) const RULE: Rule = Rule {
    code: Code::LinkTooFast,
    example: include_str!("../../tests/cases/err/link_too_fast/fleet.toml"),
    check,
};

fn check(fleet: &Resolved, report: &mut Report) {
    for (row, columns) in &fleet.links {
        for (column, measured) in columns {
            let (Some(a), Some(b)) = (fleet.regions.get(row), fleet.regions.get(column)) else { continue };
            let least = 2.0 * geography::light_ms(a, b);
            if measured.get() < least {
                let kind = Kind::LinkTooFast {
                    first: row.to_string(),
                    second: column.to_string(),
                    measured: measured.get().to_string(),
                    least: format!("{least:.1}"),
                };
                report.push(Diagnostic::new(kind).at(fleet.places.value(&format!("link.{row}.{column}"))));
            }
        }
    }
}
