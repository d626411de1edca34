//! Indices with two owners.

use std::collections::BTreeMap;

use diag::{Code, Diagnostic, Kind, Report};
use values::Name;

use super::Rule;
use crate::Resolved;

/// See [`Code::AllocationConflict`].
pub(super) const RULE: Rule = Rule {
    code: Code::AllocationConflict,
    example: include_str!("../../tests/cases/err/allocation_conflict/tunnel/allocations.json"),
    check,
};

fn check(fleet: &Resolved, report: &mut Report) {
    let allocations = &fleet.allocations;
    let kinds = conflicts("tunnel", &allocations.tunnel)
        .chain(conflicts("focus", &allocations.foci))
        .chain(conflicts("cluster", &allocations.clusters));
    let place = fleet.places.key(manifest::ALLOCATIONS);
    report.extend(kinds.map(|kind| Diagnostic::new(kind).at(place.clone())));
}

fn conflicts<I: Copy + Ord + Into<u32>>(
    what: &str,
    indices: &BTreeMap<Name, I>,
) -> impl Iterator<Item = Kind> {
    let mut owners = BTreeMap::new();
    indices.iter().filter_map(move |(name, index)| {
        let first = owners.insert(*index, name)?;
        Some(Kind::AllocationConflict {
            what: what.to_owned(),
            index: (*index).into(),
            first: first.to_string(),
            second: name.to_string(),
        })
    })
}
