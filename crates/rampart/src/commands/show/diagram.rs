//! `rampart show diagram`: a picture of the fleet, drawn from the list of flows.

mod mermaid;
mod svg;

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;
use fleet::{Flow, Net, Party, Passage, Protocol, Resolved};
use serde_json::json;
use values::Name;

use super::word;
use crate::output::Output;

/// What is drawn.
struct Picture<'a> {
    title: String,
    /// The host that all others lead to.
    core: &'a Name,
    /// Hosts by region, with the region's title.
    groups: Vec<(&'a str, Vec<Node<'a>>)>,
    links: Vec<Link<'a>>,
}

struct Node<'a> {
    name: &'a Name,
    role: String,
}

/// All flows of one kind between two parties; the internet has no name.
struct Link<'a> {
    from: Option<&'a Name>,
    to: &'a Name,
    kind: Kind,
    /// Who answers.
    units: BTreeSet<&'a str>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Public,
    Forward,
    Tunnel,
}

/// Shows the picture.
pub(super) fn show(fleet: &Resolved, svg: bool, out: &mut Output) -> Result<()> {
    let picture = Picture::of(fleet);
    let text = if svg { svg::draw(&picture) } else { mermaid::draw(&picture) };
    if out.is_json() {
        let format = if svg { "svg" } else { "mermaid" };
        return Ok(out.json(&json!({ "diagram": [{ "format": format, "text": text }] }))?);
    }
    Ok(out.text(&text)?)
}

impl<'a> Picture<'a> {
    fn of(fleet: &'a Resolved) -> Self {
        let group = |(name, region): (&Name, &'a settings::region::Region)| {
            let hosts = fleet.hosts.values().filter(|host| host.host.region == *name);
            let nodes = hosts.map(|host| Node { name: &host.name, role: word(&host.host.role) }).collect();
            (region.title.as_str(), nodes)
        };
        let groups: Vec<(_, Vec<Node<'_>>)> = fleet.regions.iter().map(group).collect();
        Self {
            title: format!("Fleet {}", fleet.fleet.name),
            core: &fleet.core,
            groups: groups.into_iter().filter(|(_, nodes)| !nodes.is_empty()).collect(),
            links: links(&fleet.flows),
        }
    }
}

fn links(flows: &[Flow]) -> Vec<Link<'_>> {
    let mut links: BTreeMap<_, BTreeSet<&str>> = BTreeMap::new();
    for flow in flows {
        for (from, to, kind) in legs(flow) {
            links.entry((from, to, kind)).or_default().insert(short(&flow.unit));
        }
    }
    links.into_iter().map(|((from, to, kind), units)| Link { from, to, kind, units }).collect()
}

/// The arrows of one flow. What every host has (administration, time, names, the tunnel itself) would hide the rest.
fn legs(flow: &Flow) -> Vec<(Option<&Name>, &Name, Kind)> {
    let everywhere = ["sshd", "wg-fleet"].contains(&flow.unit.as_str()) || flow.protocol == Protocol::Icmp;
    let (from, to) = match (&flow.from, &flow.to) {
        _ if everywhere => return Vec::new(),
        (Party::Internet, Party::Host(to)) => (None, to),
        (Party::Host(from), Party::Host(to)) => (Some(from), to),
        (Party::Admins, _) | (_, Party::Admins | Party::Internet) => return Vec::new(),
    };
    match (&flow.passage, flow.net) {
        (Passage::Forward(gateway), _) => {
            vec![(from, gateway, Kind::Public), (Some(gateway), to, Kind::Forward)]
        }
        (Passage::Accept, Net::Tunnel) => vec![(from, to, Kind::Tunnel)],
        (Passage::Accept, Net::Public | Net::Lan) => vec![(from, to, Kind::Public)],
    }
}

/// `rampart-jwt@core` and its siblings are one program.
fn short(unit: &str) -> &str {
    unit.split_once('@').map_or(unit, |(program, _)| program)
}
