//! One link with two lengths.

use diag::{Code, Diagnostic, Kind, Report};

use super::Rule;
use crate::Resolved;

/// See [`Code::LinkContradictory`].
pub(super) const RULE: Rule = Rule {
    code: Code::LinkContradictory,
    example: include_str!("../../tests/cases/err/link_contradictory/fleet.toml"),
    check,
};

fn check(fleet: &Resolved, report: &mut Report) {
    for (row, columns) in &fleet.links {
        for (column, there) in columns.range::<values::Name, _>(row..) {
            let Some(back) = fleet.links.get(column).and_then(|columns| columns.get(row)) else { continue };
            if there.get().total_cmp(&back.get()).is_eq() {
                continue;
            }
            let kind = Kind::LinkContradictory {
                first: row.to_string(),
                second: column.to_string(),
                there: there.get().to_string(),
                back: back.get().to_string(),
            };
            let complaint = Diagnostic::new(kind).at(fleet.places.value(&format!("link.{column}.{row}")));
            report
                .push(complaint.also(fleet.places.value(&format!("link.{row}.{column}")), "the other value"));
        }
    }
}
