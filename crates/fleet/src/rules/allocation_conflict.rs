//! Indices with two owners.

use std::collections::BTreeMap;

use diag::{Code, Kind, Report};
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
    conflicts("tunnel", &allocations.tunnel, report);
    conflicts("focus", &allocations.foci, report);
    conflicts("cluster", &allocations.clusters, report);
}

fn conflicts<I: Copy + Ord + Into<u32>>(what: &str, indices: &BTreeMap<Name, I>, report: &mut Report) {
    let mut owners = BTreeMap::new();
    for (name, index) in indices {
        let Some(first) = owners.insert(*index, name) else { continue };
        report.push(Kind::AllocationConflict {
            what: what.to_owned(),
            index: (*index).into(),
            first: first.to_string(),
            second: name.to_string(),
        });
    }
}
