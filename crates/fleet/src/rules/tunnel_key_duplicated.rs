//! Two hosts with one identity in the tunnel.

use std::collections::HashMap;

use diag::{Code, Diagnostic, Kind, Report};

use super::Rule;
use crate::Resolved;

/// See [`Code::TunnelKeyDuplicated`].
pub(super) const RULE: Rule = Rule {
    code: Code::TunnelKeyDuplicated,
    example: include_str!("../../tests/cases/err/tunnel_key_duplicated/fleet.toml"),
    check,
};

fn check(fleet: &Resolved, report: &mut Report) {
    let mut holders = HashMap::new();
    for host in fleet.hosts.values() {
        let Some(key) = &host.host.tunnel_key else { continue };
        let Some(first) = holders.insert(key, host) else { continue };
        let kind = Kind::TunnelKeyDuplicated { first: first.name.to_string(), second: host.name.to_string() };
        let complaint = Diagnostic::new(kind).at(fleet.place(host, "tunnel-key")).on(host.name.as_str());
        report.push(complaint.also(fleet.place(first, "tunnel-key"), "the other host"));
    }
}
