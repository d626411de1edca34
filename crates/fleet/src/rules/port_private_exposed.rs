//! Private ports that the internet can reach.

use std::collections::HashMap;

use diag::{Code, Diagnostic, Kind, Report};

use super::{
    Rule, blame,
    listeners::{self, Listener},
};
use crate::{Flow, Party, Resolved, ResolvedHost};

/// See [`Code::PortPrivateExposed`].
pub(super) const RULE: Rule = Rule {
    code: Code::PortPrivateExposed,
    example: include_str!("../../tests/cases/err/port_private_exposed/fleet.toml"),
    check,
};

fn check(fleet: &Resolved, report: &mut Report) {
    let mut exposed: HashMap<_, Vec<&ResolvedHost>> = HashMap::new();
    for host in fleet.hosts.values() {
        let arrives = |flow: &&Flow| {
            flow.from == Party::Internet && matches!(&flow.to, Party::Host(name) if *name == host.name)
        };
        let flows: Vec<_> = fleet.flows_of(&host.name).filter(arrives).collect();
        let listeners = listeners::of(fleet, host);
        for private in listeners.iter().filter(|listener| listener.private) {
            for flow in flows.iter().filter(|flow| reaches(flow, private)) {
                // Point at the one that the manifest moves.
                let others = listeners.iter().filter(|other| !other.private && reaches(flow, other));
                let moved =
                    others.chain([private]).find(|listener| listener.is_set(fleet, host)).unwrap_or(private);
                let public = format!("{} ({})", flow.unit, flow.why);
                let key =
                    (moved.place(fleet, host), private.named(), private.protocol, private.ports, public);
                exposed.entry(key).or_default().push(host);
            }
        }
    }
    for ((place, private, protocol, ports, public), hosts) in exposed {
        let kind = Kind::PortPrivateExposed {
            hosts: blame::hosts(&hosts),
            port: ports.to_string(),
            protocol: protocol.as_str().to_owned(),
            private,
            public,
        };
        let complaint = Diagnostic::new(kind).at(place);
        report.push(match hosts.as_slice() {
            [only] => complaint.on(only.name.as_str()),
            _ => complaint,
        });
    }
}

fn reaches(flow: &Flow, listener: &Listener<'_>) -> bool {
    flow.protocol == listener.protocol && flow.ports.overlaps(&listener.ports)
}
