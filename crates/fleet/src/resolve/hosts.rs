//! Hosts: first the machines with their addresses, then their roles, which may look at every machine.

use std::collections::BTreeMap;

use diag::{Diagnostic, Report};
use manifest::{Allocations, Written, WrittenHost};
use rayon::iter::{IntoParallelRefIterator as _, ParallelIterator as _};
use settings::{
    disk::Unlock,
    fleet::Fleet,
    host::{Host, RoleName},
    region::Region,
    tenant::Tenant,
};
use values::Name;

use super::{
    core, dmz, edge, fill, fill_if, gateway, layered, media_host::MediaHost, settle::Settler,
    topology::Topology,
};
use crate::{
    Focus, ResolvedHost, Role,
    allocate::{self, Candidate},
    index,
};

/// Release whose data formats a new host gets.
const STATE_VERSION: &str = "26.05";

/// ACME directory of Let's Encrypt.
const ACME_DIRECTORY: &str = "https://acme-v02.api.letsencrypt.org/directory";

/// What resolution knows before it looks at single hosts.
pub(crate) struct Stage<'a> {
    pub(crate) written: &'a Written,
    pub(crate) fleet: &'a Fleet,
    pub(crate) regions: &'a BTreeMap<Name, Region>,
    pub(crate) tenants: &'a BTreeMap<Name, Tenant>,
    pub(crate) topology: Topology,
}

/// The machines by name.
pub(crate) type Machines = BTreeMap<Name, Host>;

/// Resolves the machines.
pub(crate) fn machines(stage: &Stage<'_>, settler: &mut Settler<'_>) -> Option<(Machines, Allocations)> {
    let mut candidates: Vec<Candidate<'_>> = stage
        .topology
        .hosts
        .iter()
        .map(|(name, seat)| Candidate { name, role: seat.role, region: (&seat.region, seat.mode) })
        .collect();
    let allocations = allocate::complete(stage.written.allocations.clone(), &mut candidates);
    let machines: Vec<_> = stage
        .written
        .hosts
        .iter()
        .map(|(name, host)| machine(stage, name, host, &allocations, settler).map(|m| (name.clone(), m)))
        .collect();
    let machines: Option<Machines> = machines.into_iter().collect();
    Some((machines?, allocations))
}

fn machine(
    stage: &Stage<'_>,
    name: &Name,
    written: &WrittenHost,
    allocations: &Allocations,
    settler: &mut Settler<'_>,
) -> Option<Host> {
    let mut layer = written.host.clone();
    let lan_only = layer.address.is_none() && layer.address6.is_none();
    fill_if(&mut layer.interface, "ens18".parse().ok());
    fill_if(&mut layer.lan_interface, if lan_only { "ens18" } else { "ens19" }.parse().ok());
    fill_if(&mut layer.state_version, STATE_VERSION.parse().ok());
    let index = allocations.tunnel.get(name).copied();
    fill_if(&mut layer.tunnel_address, index.and_then(|index| stage.fleet.tunnel_network.nth_v4(index)));
    fill_if(&mut layer.tunnel_key, stage.written.keys.wireguard.get(name).cloned());
    let path = format!("host.{name}");
    if layer.tunnel_address.is_none() {
        let kind = diag::Kind::ValueInvalid {
            key: "fleet.tunnel-network".to_owned(),
            option: "fleet.tunnel-network".to_owned(),
            did_you_mean: None,
            detail: format!("it has no address for `{name}`, which is number {}", index.unwrap_or(0)),
        };
        let place = settler.places.value("fleet.tunnel-network").or_else(|| settler.places.key(&path));
        settler.complain(Diagnostic::new(kind).at(place).on(name.as_str()));
        return None;
    }
    settler.settle(layer, &path)
}

/// Resolves the parts and roles of all machines, several at once.
pub(crate) fn roles(
    stage: &Stage<'_>,
    machines: &Machines,
    foci: &[Focus],
    media_host: &MediaHost,
    settler: &mut Settler<'_>,
) -> Option<BTreeMap<Name, ResolvedHost>> {
    let served = index::foci_by_host(foci);
    let places = settler.places;
    let resolve = |(name, written): (&Name, &WrittenHost)| {
        let mut settler = Settler::new(places);
        let host = machines.get(name).and_then(|machine| {
            let focus = served.get(name).and_then(|position| foci.get(*position));
            let view = View { stage, name, machine, machines, focus, media_host };
            host(&view, written, &mut settler)
        });
        (host.map(|host| (name.clone(), host)), settler.finish())
    };
    let (hosts, complaints): (Vec<Option<_>>, Vec<Report>) =
        stage.written.hosts.par_iter().map(resolve).unzip();
    settler.absorb(complaints);
    hosts.into_iter().collect()
}

fn host(view: &View<'_>, written: &WrittenHost, settler: &mut Settler<'_>) -> Option<ResolvedHost> {
    let View { stage, name, machine, .. } = *view;
    let (own, shared) = (&written.parts, &stage.written.defaults);
    let path = |part: &str| format!("host.{name}.{part}");

    let base = settler.settle(layered(&own.base, &shared.base), &path("base"));

    let mut mesh = layered(&own.mesh, &shared.mesh);
    fill_if(&mut mesh.interface, "wg-fleet".parse().ok());
    fill(&mut mesh.network, stage.fleet.tunnel_network.network());
    fill(&mut mesh.address, machine.tunnel_address);
    let mesh = settler.settle(mesh, &path("mesh"));

    let mut disk = layered(&own.disk, &shared.disk);
    fill_if(&mut disk.device, "/dev/vda".parse().ok());
    fill(&mut disk.unlock, if machine.role == RoleName::Edge { Unlock::Tpm2 } else { Unlock::Ssh });
    if machine.role == RoleName::Dmz {
        fill_if(&mut disk.guest_media_device, "/dev/vdb".parse().ok());
    }
    let disk = settler.settle(disk, &path("disk"));

    let platform = settler.settle(layered(&own.platform, &shared.platform), &path("platform"));

    let mut secrets = layered(&own.secrets, &shared.secrets);
    fill_if(&mut secrets.directory, "/run/rampart-secrets".parse().ok());
    let secrets = settler.settle(secrets, &path("secrets"));

    let mut tls = layered(&own.tls, &shared.tls);
    fill_if(&mut tls.acme_directory, ACME_DIRECTORY.parse().ok());
    let tls = settler.settle(tls, &path("tls"));

    let versions = settler.settle(layered(&own.versions, &shared.versions), &path("versions"));

    let audit = settler.settle(layered(&own.audit, &shared.audit), &path("audit"))?;
    let role = match machine.role {
        RoleName::Gateway => gateway::resolve(view, written, settler).map(|g| Role::Gateway(Box::new(g))),
        RoleName::Core => core::resolve(view, written, &audit, settler).map(|c| Role::Core(Box::new(c))),
        RoleName::Edge => edge::resolve(view, written, settler).map(|e| Role::Edge(Box::new(e))),
        RoleName::Dmz => dmz::resolve(view, written, &audit, settler).map(|d| Role::Dmz(Box::new(d))),
    };
    Some(ResolvedHost {
        name: name.clone(),
        host: machine.clone(),
        base: base?,
        mesh: mesh?,
        disk: disk?,
        platform: platform?,
        secrets: secrets?,
        tls: tls?,
        audit,
        versions: versions?,
        role: role?,
    })
}

/// What the resolution of a role looks at.
pub(crate) struct View<'a> {
    pub(crate) stage: &'a Stage<'a>,
    pub(crate) name: &'a Name,
    pub(crate) machine: &'a Host,
    pub(crate) machines: &'a Machines,
    /// The focus that the host serves.
    pub(crate) focus: Option<&'a Focus>,
    /// Who relays 1:1 calls.
    pub(crate) media_host: &'a MediaHost,
}

impl View<'_> {
    /// Key path of the role's own table.
    pub(crate) fn path(&self, role: &str) -> String {
        format!("host.{}.{role}", self.name)
    }

    /// The core's machine.
    pub(crate) fn core(&self) -> Option<&Host> {
        self.machines.get(&self.stage.topology.core)
    }

    /// The gateway's machine.
    pub(crate) fn gateway(&self) -> Option<&Host> {
        self.machines.get(&self.stage.topology.gateway)
    }
}
