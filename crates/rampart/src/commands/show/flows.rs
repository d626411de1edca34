//! `rampart show flows`: who may talk to whom, and why.

use anyhow::Result;
use fleet::{Flow, Passage, Protocol, Resolved};
use values::Name;

use super::{boot, listed};
use crate::output::{Output, Table};

/// Shows all flows, or those of one host.
pub(super) fn show(fleet: &Resolved, only: Option<&Name>, out: &mut Output) -> Result<()> {
    let of_host = |flow: &&Flow| only.is_none_or(|host| flow.direction(host).is_some());
    let flows: Vec<&Flow> = fleet.flows.iter().filter(of_host).collect();
    if out.is_json() {
        return Ok(out.json(&listed("flows", &flows)?)?);
    }
    let mut table = Table::new(["From", "To", "Over", "Port", "Unit and purpose"]);
    for flow in flows {
        table.row([
            flow.from.to_string(),
            flow.to.to_string(),
            super::word(&flow.net),
            port(flow),
            purpose(flow),
        ]);
    }
    out.table(&table)?;
    Ok(out.paragraph(&format!("\n{}", boot::note(fleet, only)))?)
}

fn purpose(flow: &Flow) -> String {
    match &flow.passage {
        Passage::Accept => format!("{}: {}", flow.unit, flow.why),
        Passage::Forward(gateway) => format!("{}: {}, forwarded by {gateway}", flow.unit, flow.why),
    }
}

/// `443/tcp`; ICMP has no ports.
pub(super) fn port(flow: &Flow) -> String {
    match flow.protocol {
        Protocol::Icmp => "icmp".to_owned(),
        protocol => format!("{}/{}", flow.ports, protocol.as_str()),
    }
}
