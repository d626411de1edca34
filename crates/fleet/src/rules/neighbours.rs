//! DMZ hosts and internal machines on one hypervisor.

use std::collections::BTreeMap;

use diag::{Diagnostic, Kind};
use settings::tenant::Separation;
use values::Name;

use crate::{Resolved, ResolvedHost, Role};

/// Two machines on one hypervisor.
pub(super) struct Neighbours<'f> {
    /// The guests'.
    pub(super) dmz: &'f ResolvedHost,
    /// The tenant whose guests they are.
    pub(super) tenant: &'f Name,
    /// What the tenant asks for.
    pub(super) asked: Separation,
    /// The other one.
    pub(super) internal: &'f ResolvedHost,
    /// What they share.
    pub(super) hypervisor: &'f Name,
}

impl Neighbours<'_> {
    /// A complaint about both, at the guests' machine.
    pub(super) fn complaint(&self, fleet: &Resolved, kind: Kind) -> Diagnostic {
        let complaint =
            Diagnostic::new(kind).at(fleet.place(self.dmz, "hypervisor")).on(self.dmz.name.as_str());
        complaint.also(fleet.place(self.internal, "hypervisor"), "the internal machine")
    }
}

/// Each DMZ host with the first internal machine on its hypervisor.
pub(super) fn all(fleet: &Resolved) -> Vec<Neighbours<'_>> {
    let internal = fleet.hosts.values().rev().filter(|host| !matches!(host.role, Role::Dmz(_)));
    let carriers: BTreeMap<_, _> =
        internal.filter_map(|host| Some((host.host.hypervisor.as_ref()?, host))).collect();
    let pair = |(dmz, role): (_, &'_ settings::dmz::Dmz)| {
        let dmz: &ResolvedHost = dmz;
        let (tenant, settings) = fleet.tenants.get_key_value(&role.tenant)?;
        let (hypervisor, internal) = carriers.get_key_value(dmz.host.hypervisor.as_ref()?)?;
        Some(Neighbours { dmz, tenant, asked: settings.separation, internal, hypervisor })
    };
    fleet.dmzs().filter_map(pair).collect()
}
