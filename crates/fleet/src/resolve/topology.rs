//! Who is who: the one gateway, the one core, and whether names that are used exist.

use std::collections::BTreeMap;

use diag::{Diagnostic, Kind, nearest};
use manifest::Written;
use settings::{
    host::RoleName,
    region::{MediaMode, Region},
    tenant::Tenant,
};
use values::Name;

use super::settle::Settler;

/// Role and region of every host, and the two hosts that exist once.
pub(crate) struct Topology {
    pub(crate) gateway: Name,
    pub(crate) core: Name,
    pub(crate) hosts: BTreeMap<Name, Seat>,
}

/// Where a host sits.
#[derive(Clone)]
pub(crate) struct Seat {
    pub(crate) role: RoleName,
    pub(crate) region: Name,
    pub(crate) mode: MediaMode,
}

/// Finds the topology; complains about unknown regions and tenants and about roles that exist too seldom or too often.
pub(crate) fn find(
    written: &Written,
    regions: &BTreeMap<Name, Region>,
    tenants: &BTreeMap<Name, Tenant>,
    settler: &mut Settler<'_>,
) -> Option<Topology> {
    let mut complete = !settler.places.was_refused("host");
    let mut hosts = BTreeMap::new();
    for (name, host) in &written.hosts {
        let path = format!("host.{name}");
        if let Some(tenant) = host.host.tenant.as_ref().filter(|t| !tenants.contains_key(*t)) {
            unknown(settler, "tenant", tenant, tenants.keys(), &format!("{path}.tenant"));
            complete = false;
        }
        let (role, region) = match (host.host.role, &host.host.region) {
            (Some(role), Some(region)) => (role, region),
            (role, region) => {
                let absent = [(role.is_none(), "role"), (region.is_none(), "region")];
                for (_, key) in absent.iter().filter(|(absent, _)| *absent) {
                    settler.missing(&format!("{path}.{key}"));
                }
                complete = false;
                continue;
            }
        };
        let Some(known) = regions.get(region) else {
            let kind = Kind::RegionUnknown {
                region: region.to_string(),
                did_you_mean: nearest(region.as_str(), regions.keys().map(Name::as_str)).map(Into::into),
            };
            let place = settler.places.value(&format!("{path}.region"));
            settler.complain(Diagnostic::new(kind).at(place).on(name.as_str()));
            complete = false;
            continue;
        };
        hosts.insert(name.clone(), Seat { role, region: region.clone(), mode: known.mode });
    }
    let gateway = only(&hosts, RoleName::Gateway, complete, settler);
    let core = only(&hosts, RoleName::Core, complete, settler);
    complete.then_some(())?;
    Some(Topology { gateway: gateway?, core: core?, hosts })
}

/// The one host of a role. Its absence is only said when every host is known.
fn only(
    hosts: &BTreeMap<Name, Seat>,
    role: RoleName,
    complete: bool,
    settler: &mut Settler<'_>,
) -> Option<Name> {
    let mut with_role = hosts.iter().filter(|(_, seat)| seat.role == role).map(|(name, _)| name);
    let Some(first) = with_role.next() else {
        if complete {
            let kind = Kind::RoleMissing { role: role.to_string() };
            settler.complain(Diagnostic::new(kind).at(settler.places.key_or_start("host")));
        }
        return None;
    };
    let mut single = true;
    for second in with_role {
        let kind = Kind::RoleDuplicated {
            role: role.to_string(),
            first: first.to_string(),
            second: second.to_string(),
        };
        let at = |name: &Name| settler.places.value(&format!("host.{name}.role"));
        let (place, also) = (at(second), at(first));
        settler.complain(Diagnostic::new(kind).at(place).also(also, "the first one"));
        single = false;
    }
    single.then(|| first.clone())
}

fn unknown<'n>(
    settler: &mut Settler<'_>,
    what: &str,
    name: &Name,
    known: impl Iterator<Item = &'n Name>,
    path: &str,
) {
    let kind = Kind::NameUnknown {
        what: what.to_owned(),
        name: name.to_string(),
        did_you_mean: nearest(name.as_str(), known.map(Name::as_str)).map(Into::into),
    };
    let place = settler.places.value(path);
    settler.complain(Diagnostic::new(kind).at(place));
}
