//! `rampart show ports`: what is open where, and to whom. The list of flows, turned round.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;
use fleet::{Flow, Net, Party, Passage, Protocol, Resolved};
use serde::Serialize;
use values::{Name, PortRange};

use super::{boot, flows, listed};
use crate::output::{Output, Table};

/// One open port.
#[derive(Debug, Serialize)]
struct Port<'a> {
    /// Where it is open.
    host: &'a Name,
    net: Net,
    protocol: Protocol,
    ports: PortRange,
    kind: &'static str,
    /// To whom.
    from: BTreeSet<&'a Party>,
    /// Who answers: `host`, unless it passes the packets on.
    to: &'a Name,
    unit: &'a str,
    #[serde(skip)]
    shown: String,
}

/// Shows all open ports, or those of one host.
pub(super) fn show(fleet: &Resolved, only: Option<&Name>, out: &mut Output) -> Result<()> {
    let ports: Vec<_> =
        open(fleet).into_iter().filter(|port| only.is_none_or(|host| port.host == host)).collect();
    if out.is_json() {
        return Ok(out.json(&listed("ports", &ports)?)?);
    }
    let mut table = Table::new(["Host", "Over", "Port", "Answered by", "Open to"]);
    for port in ports {
        let answerer =
            if port.host == port.to { port.unit.to_owned() } else { format!("{} on {}", port.unit, port.to) };
        let from: Vec<String> = port.from.iter().map(ToString::to_string).collect();
        table.row([port.host.to_string(), super::word(&port.net), port.shown, answerer, from.join(", ")]);
    }
    out.table(&table)?;
    out.paragraph(&format!("\n{}", boot::note(fleet, only)))?;
    let about_core = only.is_none_or(|host| [&fleet.core, &fleet.gateway].contains(&host));
    if about_core {
        out.paragraph(&format!("\n{}", core_case(fleet)))?;
    }
    Ok(())
}

fn open(fleet: &Resolved) -> Vec<Port<'_>> {
    let mut open: BTreeMap<_, Port<'_>> = BTreeMap::new();
    for flow in &fleet.flows {
        let Party::Host(to) = &flow.to else { continue };
        let (host, net, kind) = door(flow, to);
        let key = (host, net, flow.ports, flow.protocol, &flow.unit, to);
        let port = open.entry(key).or_insert_with(|| Port {
            host,
            net,
            protocol: flow.protocol,
            ports: flow.ports,
            kind,
            from: BTreeSet::new(),
            to,
            unit: &flow.unit,
            shown: flows::port(flow),
        });
        port.from.insert(&flow.from);
    }
    open.into_values().collect()
}

/// Where the packets of a flow come in: a forwarded port is open at the gateway, not at the host behind it.
fn door<'a>(flow: &'a Flow, to: &'a Name) -> (&'a Name, Net, &'static str) {
    match &flow.passage {
        Passage::Accept => (to, flow.net, "accept"),
        Passage::Forward(gateway) => (gateway, Net::Public, "forward"),
    }
}

fn core_case(fleet: &Resolved) -> String {
    let name = &fleet.core;
    match fleet.core() {
        Some((_, core)) if !core.public_media => {
            format!(
                "{name} has no public port at all (core.public-media = false). {} relays 1:1 calls and \
                 serves the fallback focus.",
                core.media_host
            )
        }
        Some((host, _)) if host.host.address.is_some() => {
            format!("{name} has a public address of its own and answers media there.")
        }
        _ => format!("{name} has no public address: {} forwards its media ports.", fleet.gateway),
    }
}
