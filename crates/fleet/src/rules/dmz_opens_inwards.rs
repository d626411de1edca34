//! Connections from a DMZ host to the inside.

use diag::{Code, Diagnostic, Kind, Report};
use values::PortRange;

use super::{
    Rule,
    addresses::{self, Inside},
};
use crate::{Flow, Net, Party, Resolved, ResolvedHost};

/// See [`Code::DmzOpensInwards`].
pub(super) const RULE: Rule = Rule {
    code: Code::DmzOpensInwards,
    example: include_str!("../../tests/cases/err/dmz_opens_inwards/fleet.toml"),
    check,
};

fn check(fleet: &Resolved, report: &mut Report) {
    let inside = Inside::of(fleet);
    for (host, dmz) in fleet.dmzs() {
        let own = Party::Host(host.name.clone());
        let linked = fleet.is_linked(dmz);
        for flow in fleet.flows_of(&host.name).filter(|flow| flow.from == own) {
            let Party::Host(target) = &flow.to else { continue };
            // The one exception, which is warned of.
            if !(linked && is_federation(fleet, flow)) {
                complain(fleet, report, host, "role", format!("`{target}`"), flow.why);
            }
        }
        for (option, address, why) in asked(host) {
            if let Some(target) = address.parse().ok().and_then(|address| inside.find(host, address)) {
                complain(fleet, report, host, option, target, why);
            }
        }
    }
}

/// The services that a DMZ host asks, as written.
fn asked(host: &ResolvedHost) -> Vec<(&'static str, String, &'static str)> {
    let names =
        host.base.name_servers.iter().map(|server| ("base.name-servers", server.to_string(), "names"));
    let time = host.base.time_servers.iter().map(|server| ("base.time-servers", server.to_string(), "time"));
    let url = |option, url, why| (option, addresses::url_host(url).to_owned(), why);
    let tang = host.disk.tang_url.iter().map(|tang| url("disk.tang-url", tang, "unlocking disks"));
    let acme = [url("tls.acme-directory", &host.tls.acme_directory, "certificates")];
    names.chain(time).chain(tang).chain(acme).collect()
}

fn is_federation(fleet: &Resolved, flow: &Flow) -> bool {
    let to_gateway = matches!(&flow.to, Party::Host(name) if *name == fleet.gateway);
    to_gateway && flow.net == Net::Tunnel && flow.ports == PortRange::one(443)
}

fn complain(
    fleet: &Resolved,
    report: &mut Report,
    host: &ResolvedHost,
    option: &str,
    target: String,
    why: &str,
) {
    let kind = Kind::DmzOpensInwards { host: host.name.to_string(), target, why: why.to_owned() };
    report.push(Diagnostic::new(kind).at(fleet.place(host, option)).on(host.name.as_str()));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Index, Passage, Protocol};

    /// No manifest makes such a flow; the list of flows could, by a slip in its derivation.
    #[test]
    fn every_other_flow_to_a_host_is_refused() {
        let fleet = include_bytes!("../../tests/cases/ok/dmz_opens_inwards/closed-federation.toml");
        let input = manifest::Input { name: "fleet.toml".to_owned(), bytes: fleet.to_vec() };
        let parsed = manifest::parse(manifest::Files { fleet: input, ..manifest::Files::default() });
        let mut fleet = crate::resolve(parsed.written).0.unwrap();
        let complaints = |fleet: &Resolved| {
            let mut report = Report::new();
            check(fleet, &mut report);
            report.errors()
        };
        assert_eq!(complaints(&fleet), 0);
        let host = |name: &str| Party::Host(name.parse().unwrap());
        for (to, net, port) in
            [("core", Net::Tunnel, 443), ("gw", Net::Public, 443), ("gw", Net::Tunnel, 8010)]
        {
            fleet.flows.push(Flow {
                from: host("dmz"),
                to: host(to),
                net,
                protocol: Protocol::Tcp,
                ports: PortRange::one(port),
                passage: Passage::Accept,
                unit: "anything".to_owned(),
                why: "a slip",
            });
            fleet.index = Index::of(&fleet.hosts, &fleet.foci, &fleet.flows);
            assert_eq!(complaints(&fleet), 1, "{to} {port}");
            fleet.flows.pop();
        }
    }
}
