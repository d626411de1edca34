//! `rampart show hosts`: every host with its addresses.

use std::net::{Ipv4Addr, Ipv6Addr};

use anyhow::Result;
use fleet::{Resolved, ResolvedHost};
use serde::Serialize;
use settings::host::RoleName;
use values::{Cidr, Name};

use super::listed;
use crate::output::{Output, Table};

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Host<'a> {
    name: &'a Name,
    role: RoleName,
    region: &'a Name,
    tenant: Option<&'a Name>,
    focus: Option<&'a Name>,
    address: Option<Ipv4Addr>,
    address6: Option<Ipv6Addr>,
    lan: Option<Cidr>,
    tunnel_address: Ipv4Addr,
    hypervisor: Option<&'a Name>,
    system: &'static str,
    tunnel_key_known: bool,
}

/// Shows all hosts.
pub(super) fn show(fleet: &Resolved, out: &mut Output) -> Result<()> {
    let hosts: Vec<Host<'_>> = fleet.hosts.values().map(|host| describe(fleet, host)).collect();
    if out.is_json() {
        return Ok(out.json(&listed("hosts", &hosts)?)?);
    }
    let mut table = Table::new(["Host", "Role", "Region", "Public", "LAN", "Tunnel"]);
    for host in hosts {
        let public = [host.address.map(|a| a.to_string()), host.address6.map(|a| a.to_string())];
        let public: Vec<String> = public.into_iter().flatten().collect();
        let lan = host.lan.map(|lan| lan.to_string()).unwrap_or_default();
        let role = match host.tenant {
            Some(tenant) => format!("{} ({tenant})", host.role),
            None => host.role.to_string(),
        };
        let [name, region] = [host.name, host.region].map(ToString::to_string);
        table.row([name, role, region, public.join(" "), lan, host.tunnel_address.to_string()]);
    }
    Ok(out.table(&table)?)
}

fn describe<'a>(fleet: &'a Resolved, host: &'a ResolvedHost) -> Host<'a> {
    let machine = &host.host;
    Host {
        name: &host.name,
        role: machine.role,
        region: &machine.region,
        tenant: machine.tenant.as_ref(),
        focus: fleet.foci.iter().find(|focus| focus.hosts.contains(&host.name)).map(|focus| &focus.name),
        address: machine.address,
        address6: machine.address6,
        lan: machine.lan,
        tunnel_address: machine.tunnel_address,
        hypervisor: machine.hypervisor.as_ref(),
        system: machine.architecture.nix_system(),
        tunnel_key_known: machine.tunnel_key.is_some(),
    }
}
