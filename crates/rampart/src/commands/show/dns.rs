//! `rampart show dns`: the records of the fleet, and what a geo-DNS service needs to know.

use std::net::{IpAddr, Ipv4Addr};

use anyhow::Result;
use fleet::{Focus, FocusKind, Relay, Resolved, ResolvedHost};
use serde::Serialize;
use serde_json::json;
use settings::{edge::Edge, fleet::RelayDns, region::MediaMode};
use values::{Domain, Name};

use super::regions::{self, Reach};
use crate::output::{Output, Table, WIDTH};

/// Seconds that resolvers may keep a record: hosts move seldom, and a move should not take a day.
const TTL: u32 = 300;

/// One record.
#[derive(Debug, Serialize)]
struct Record<'a> {
    name: String,
    #[serde(rename = "type")]
    kind: &'static str,
    ttl: u32,
    value: IpAddr,
    host: &'a Name,
    purpose: &'static str,
}

/// Where a geo-DNS service sends the clients of a region.
#[derive(Debug, Serialize)]
struct Area<'a> {
    region: &'a Name,
    latitude: f64,
    longitude: f64,
    networks: &'a [values::Cidr],
    answers: Vec<Answer<'a>>,
}

/// An address, nearest first.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Answer<'a> {
    host: &'a Name,
    address: Ipv4Addr,
    focus: &'a Name,
    one_way_ms: Option<f64>,
    measured: bool,
}

/// Shows the records as a zone file, or all of it as JSON.
pub(super) fn show(fleet: &Resolved, out: &mut Output) -> Result<()> {
    let (records, areas) = (records(fleet), areas(fleet));
    if out.is_json() {
        let geo = json!({ "name": backbone(fleet), "regions": areas });
        return Ok(out.json(&json!({ "dns": records, "geo": geo }))?);
    }
    let domain = &fleet.fleet.domain;
    out.text(&format!(
        "; Fleet {}: records for the zone {domain}.\n\
         ; Paste them, or $INCLUDE this file. The domain itself serves\n\
         ; /.well-known/matrix/: a web site that lives there must pass this path on.\n\
         $ORIGIN {domain}.\n$TTL {TTL}\n\n",
        fleet.fleet.name
    ))?;
    for record in &records {
        out.line(line(record, domain))?;
    }
    out.text(&geo(fleet, &areas))?;
    Ok(())
}

fn records(fleet: &Resolved) -> Vec<Record<'_>> {
    let mut records = Vec::new();
    let mut add = |name: String, host: &'_ Name, purpose: &'static str| {
        if let Some(host) = fleet.hosts.get(host) {
            records.extend(addresses(host).map(|value| record(name.clone(), host, value, purpose)));
        }
    };
    if let Some((host, gateway)) = fleet.gateway() {
        add(gateway.server_name.to_string(), &host.name, "server name, discovery");
        add(gateway.client_domain.to_string(), &host.name, "client API");
        add(gateway.rtc_domain.to_string(), &host.name, "token services");
    }
    for focus in &fleet.foci {
        for host in doors(fleet, focus) {
            add(focus.domain.to_string(), host, "signalling");
        }
    }
    for (host, _) in fleet.edges().filter(|(host, _)| host.relay() == Some(Relay::Own)) {
        let name = Relay::Own.label(&host.name);
        add(format!("{name}.{}", fleet.fleet.domain), &host.name, "TURN of an edge");
    }
    for (host, dmz) in fleet.dmzs() {
        add(dmz.domain.to_string(), &host.name, "homeserver of a tenant");
    }
    records.extend(call_relay(fleet));
    records
}

/// Hosts by which people come in to a focus. A node of a cluster that drains is none, as long as there is another.
fn doors<'a>(fleet: &'a Resolved, focus: &'a Focus) -> Vec<&'a Name> {
    if focus.kind == FocusKind::Core {
        return vec![&fleet.gateway];
    }
    let drains = |name: &Name| fleet.hosts.get(name).is_some_and(ResolvedHost::is_draining);
    focus.hosts.iter().filter(|name| fleet.is_draining(focus) || !drains(name)).collect()
}

/// The relay of 1:1 calls: at the address where its media arrives.
fn call_relay(fleet: &Resolved) -> Option<Record<'_>> {
    let (host, _, address) = fleet.call_relay()?;
    let name = format!("{}.{}", Relay::Calls.label(&host.name), fleet.fleet.domain);
    Some(record(name, host, IpAddr::V4(address), "TURN of 1:1 calls"))
}

fn record<'a>(name: String, host: &'a ResolvedHost, value: IpAddr, purpose: &'static str) -> Record<'a> {
    let kind = if value.is_ipv4() { "A" } else { "AAAA" };
    Record { name, kind, ttl: TTL, value, host: &host.name, purpose }
}

fn addresses(host: &ResolvedHost) -> impl Iterator<Item = IpAddr> + use<> {
    let machine = &host.host;
    machine.address.map(IpAddr::V4).into_iter().chain(machine.address6.map(IpAddr::V6))
}

/// One line of the zone file. A name outside the zone stands there as a comment, since name servers refuse it.
fn line(record: &Record<'_>, zone: &Domain) -> String {
    let inside = record.name.parse::<Domain>().is_ok_and(|name| name.is_within(zone));
    let name = match record.name.strip_suffix(zone.as_str()).map(|name| name.trim_end_matches('.')) {
        Some("") => "@",
        Some(name) if inside => name,
        _ => record.name.as_str(),
    };
    let comment = if inside { "" } else { "; in its own zone: " };
    let Record { kind, host, purpose, .. } = record;
    let value = record.value.to_string();
    format!("{comment}{name:<20} IN {kind:<4} {value:<16} ; {host}: {purpose}")
}

/// The name that geo-DNS resolves, when a region is in backbone mode.
fn backbone(fleet: &Resolved) -> Option<String> {
    let used = fleet.edges_in(MediaMode::Backbone).next().is_some();
    used.then(|| format!("{}.{}", Relay::Backbone.label(&fleet.gateway), fleet.fleet.domain))
}

fn areas(fleet: &Resolved) -> Vec<Area<'_>> {
    let regions = fleet.regions.iter();
    regions
        .map(|(name, region)| Area {
            region: name,
            latitude: region.latitude.get(),
            longitude: region.longitude.get(),
            networks: &region.networks,
            answers: answers(fleet, name),
        })
        .collect()
}

/// The edges with an address, nearest first; only relays once there are any. Those that are draining are no way in, as long
/// as there is another.
fn answers<'a>(fleet: &'a Resolved, from: &Name) -> Vec<Answer<'a>> {
    let relays_only = backbone(fleet).is_some();
    let is_relay = |edge: &Edge| !relays_only || edge.mode == MediaMode::Backbone;
    let is_open = |edge: &Edge| edge.draining_since.is_none();
    let all_drain = !fleet.edges().any(|(_, edge)| is_relay(edge) && is_open(edge));
    let mut answers = Vec::new();
    for Reach { name: focus, one_way_ms, measured, .. } in regions::nearest(fleet, from) {
        for (host, edge) in fleet.edges().filter(|(_, edge)| edge.focus == *focus) {
            let wanted = is_relay(edge) && (is_open(edge) || all_drain);
            if let Some(address) = host.host.address.filter(|_| wanted) {
                answers.push(Answer { host: &host.name, address, focus, one_way_ms, measured });
            }
        }
    }
    answers
}

/// The table for a geo-DNS service, as comments, so that the output stays a zone file.
fn geo(fleet: &Resolved, areas: &[Area<'_>]) -> String {
    let head = match backbone(fleet) {
        Some(name) if fleet.fleet.relay_dns == RelayDns::Geo => {
            format!("{name}: the geo-DNS service that the manifest speaks of gives these answers:")
        }
        Some(name) => format!("{name}: delegate it to a geo-DNS service with these answers:"),
        None => "No name of this fleet needs geo-DNS. The edges by region are:".to_owned(),
    };
    let mut table = Table::new(["Region", "Place", "Networks", "Answers, nearest first"]);
    for area in areas {
        let networks: Vec<_> = area.networks.iter().map(ToString::to_string).collect();
        let answers: Vec<_> = area.answers.iter().map(|answer| answer.address.to_string()).collect();
        let place = format!("{},{}", area.latitude, area.longitude);
        table.row([area.region.to_string(), place, networks.join(" "), answers.join(" ")]);
    }
    let table = table.draw(WIDTH - 2);
    let lines = ["", head.as_str()].into_iter().chain(table.lines());
    lines.map(|line| format!("; {line}").trim_end().to_owned() + "\n").collect()
}
