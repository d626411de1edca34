//! Names that stand for two things.

use std::collections::HashMap;

use diag::{Code, Diagnostic, Kind, Place, Report};
use settings::{host::RoleName, region::MediaMode};
use values::Name;

use super::Rule;
use crate::{Resolved, ResolvedHost};

/// See [`Code::NameDuplicate`].
pub(super) const RULE: Rule = Rule {
    code: Code::NameDuplicate,
    example: include_str!("../../tests/cases/err/name_duplicate/fleet.toml"),
    check,
};

/// Foci and tenants share a name space: `turn-secret-<name>`.
const WHAT: &str = "focus or tenant";

fn check(fleet: &Resolved, report: &mut Report) {
    let foci = fleet.hosts.values().filter_map(|host| focus(fleet, host));
    let tenants = fleet.tenants.keys().map(|name| (name.as_str(), Owner("tenant", name)));
    let mut owners: HashMap<&str, Owner<'_>> = HashMap::new();
    for (name, owner) in foci.chain(tenants) {
        let Some(first) = owners.insert(name, owner).filter(|first| *first != owner) else { continue };
        let kind = Kind::NameDuplicate { what: WHAT.to_owned(), name: name.to_owned() };
        report.push(Diagnostic::new(kind).at(owner.place(fleet)).also(first.place(fleet), "the other one"));
    }
}

/// The table that gives a name: its kind and its own name.
#[derive(Clone, Copy, PartialEq)]
struct Owner<'f>(&'static str, &'f Name);

impl Owner<'_> {
    fn place(self, fleet: &Resolved) -> Option<Place> {
        fleet.places.key(&format!("{}.{}", self.0, self.1))
    }
}

/// The name of a host's focus, and what gives it.
fn focus<'f>(fleet: &'f Resolved, host: &'f ResolvedHost) -> Option<(&'f str, Owner<'f>)> {
    let region = &host.host.region;
    let own = Owner("host", &host.name);
    match host.host.role {
        RoleName::Core => Some(("core", own)),
        RoleName::Edge => match fleet.regions.get(region)?.mode {
            MediaMode::Cluster => Some((region.as_str(), Owner("region", region))),
            MediaMode::MultiSfu | MediaMode::Backbone => Some((host.name.as_str(), own)),
        },
        RoleName::Gateway | RoleName::Dmz => None,
    }
}
