//! The fleet on one screen.

use std::{
    collections::{BTreeMap, BTreeSet},
    io,
};

use fleet::{FocusKind, Net, Party, Passage, Resolved, ResolvedHost, Role};
use serde_json::{Map, Value, json};
use settings::{host::RoleName, region::MediaMode};
use values::Name;

use crate::output::{Output, TITLE, Table};

/// The fleet on one screen.
pub(super) struct Summary<'a> {
    fleet: &'a Resolved,
}

/// A table of more regions is no summary; `show hosts` has them all.
const REGIONS: usize = 20;
/// Hosts of one role in one region that are named.
const NAMED: usize = 4;
/// Roles in the order of reading.
const ROLES: [RoleName; 4] = [RoleName::Gateway, RoleName::Core, RoleName::Dmz, RoleName::Edge];

impl<'a> Summary<'a> {
    /// The summary of `fleet`.
    pub(super) fn of(fleet: &'a Resolved) -> Self {
        Self { fleet }
    }

    /// How many of everything there are, for programs.
    pub(super) fn counts(&self) -> Map<String, Value> {
        let fleet = self.fleet;
        let counts = [
            ("fleet", json!(fleet.fleet.name)),
            ("domain", json!(fleet.fleet.domain)),
            ("hosts", json!(fleet.hosts.len())),
            ("regions", json!(fleet.regions.len())),
            ("tenants", json!(fleet.tenants.len())),
            ("foci", json!(fleet.foci.len())),
            ("flows", json!(fleet.flows.len())),
        ];
        counts.map(|(name, count)| (name.to_owned(), count)).into_iter().collect()
    }

    /// Prints it for people.
    pub(super) fn print(&self, out: &mut Output) -> io::Result<()> {
        let fleet = &self.fleet.fleet;
        out.line(format!("{TITLE}Fleet {} ({}){TITLE:#}\n", fleet.name, fleet.domain))?;
        out.table(&self.regions())?;
        let facts = [
            ("Calls", self.foci()),
            ("Flows", self.flows()),
            ("Core", self.core()),
            ("Audit", self.audit()),
            ("Theft", self.theft()),
        ];
        let lines: Vec<_> = facts
            .into_iter()
            .filter(|(_, text)| !text.is_empty())
            .map(|(word, text)| format!("{word:<8}{text}"))
            .collect();
        out.line(format!("\n{}\n", lines.join("\n")))
    }

    /// Hosts by region and role.
    fn regions(&self) -> Table {
        let mut table = Table::new(["Region", "Gateway", "Core", "DMZ", "Edges"]);
        let mut seats: BTreeMap<(&Name, RoleName), Vec<String>> = BTreeMap::new();
        for host in self.fleet.hosts.values() {
            seats.entry((&host.host.region, host.role_name())).or_default().push(label(host));
        }
        for (name, region) in self.fleet.regions.iter().take(REGIONS) {
            let [gateway, core, dmz, edge] =
                ROLES.map(|role| seats.get(&(name, role)).map(|hosts| some(hosts)).unwrap_or_default());
            table.row([format!("{} ({name})", region.title), gateway, core, dmz, edge]);
        }
        if let Some(more @ 1..) = self.fleet.regions.len().checked_sub(REGIONS) {
            table.row([
                format!("… and {more} more"),
                String::new(),
                String::new(),
                String::new(),
                String::new(),
            ]);
        }
        table
    }

    fn foci(&self) -> String {
        let clusters = self.fleet.foci.iter().filter(|focus| focus.kind == FocusKind::Cluster).count();
        let of_these = match clusters {
            0 => String::new(),
            1 => ", one of them a cluster".to_owned(),
            _ => format!(", {clusters} of them clusters"),
        };
        format!("{}{of_these}", count(self.fleet.foci.len(), "focus", "foci"))
    }

    fn flows(&self) -> String {
        let flows = &self.fleet.flows;
        let number = |wanted: &dyn Fn(&fleet::Flow) -> bool| flows.iter().filter(|flow| wanted(flow)).count();
        format!(
            "{}: {} from the internet, {} inside the tunnel",
            flows.len(),
            number(&|flow| flow.from == Party::Internet),
            number(&|flow| flow.net == Net::Tunnel),
        )
    }

    fn core(&self) -> String {
        let fleet = self.fleet;
        let forwarded = fleet.flows.iter().filter(|flow| matches!(flow.passage, Passage::Forward(_))).count();
        match fleet.core() {
            Some((_, core)) if !core.public_media => {
                format!("no public port at all; {} relays 1:1 calls", core.media_host)
            }
            Some((host, _)) if host.host.address.is_some() => "has a public address of its own".to_owned(),
            _ => format!(
                "no public address; {} forwards {} to it",
                fleet.gateway,
                count(forwarded, "kind of media", "kinds of media")
            ),
        }
    }

    /// What opens to whoever has the secrets of an edge. Stories try it (`call-uses-closest-edge`,
    /// `backbone-carries-the-call`).
    fn theft(&self) -> String {
        let regions = |wanted: Option<MediaMode>| -> Vec<String> {
            let edges = self.fleet.hosts.values().filter(|host| match &host.role {
                Role::Edge(edge) => wanted.is_none_or(|mode| edge.mode == mode),
                _ => false,
            });
            let names: BTreeSet<_> = edges.map(|host| host.host.region.to_string()).collect();
            names.into_iter().collect()
        };
        if regions(None).is_empty() {
            return String::new();
        }
        let more = [
            (MediaMode::Cluster, "its Redis, too"),
            (MediaMode::Backbone, "ways through relays to all media servers of such regions, too"),
        ];
        let more = more.into_iter().filter_map(|(mode, what)| {
            let names = regions(Some(mode));
            (!names.is_empty()).then(|| format!("; in {} {what}", some(&names)))
        });
        format!("a stolen edge opens its own focus{}; nothing else", more.collect::<String>())
    }

    fn audit(&self) -> String {
        let on = |host: &&ResolvedHost| host.audit.enable;
        let homeservers =
            || self.fleet.hosts.values().filter(|host| matches!(host.role, Role::Core(_) | Role::Dmz(_)));
        match homeservers().filter(on).count() {
            0 => "off: users may encrypt and delete".to_owned(),
            some if some == homeservers().count() => {
                "on: encryption and redaction off, nothing purged".to_owned()
            }
            _ => {
                let names: Vec<_> = homeservers().filter(on).map(|host| host.name.to_string()).collect();
                format!("on for {} only", names.join(", "))
            }
        }
    }
}

/// Names, or how many there are.
fn some(names: &[String]) -> String {
    if names.len() > NAMED { names.len().to_string() } else { names.join(", ") }
}

/// A host's name; with the tenant on a DMZ host.
fn label(host: &ResolvedHost) -> String {
    match &host.role {
        Role::Dmz(dmz) => format!("{} ({})", host.name, dmz.tenant),
        _ => host.name.to_string(),
    }
}

fn count(number: usize, one: &str, many: &str) -> String {
    if number == 1 { format!("1 {one}") } else { format!("{number} {many}") }
}
