//! Key servers of strangers.

use diag::{Code, Diagnostic, Kind, Report};

use super::{Rule, homeservers};
use crate::Resolved;

/// See [`Code::TrustedServerForeign`].
pub(super) const RULE: Rule = Rule {
    code: Code::TrustedServerForeign,
    example: include_str!("../../tests/cases/err/trusted_server_foreign/fleet.toml"),
    check,
};

fn check(fleet: &Resolved, report: &mut Report) {
    for host in fleet.hosts.values() {
        let trusted = homeservers::of(host).map_or(&[][..], |server| &server.trusted_servers);
        for server in trusted.iter().filter(|server| !server.is_within(&fleet.fleet.domain)) {
            let kind = Kind::TrustedServerForeign { host: host.name.to_string(), server: server.to_string() };
            let place = fleet.place(host, &format!("{}.homeserver.trusted-servers", host.host.role));
            report.push(Diagnostic::new(kind).at(place).on(host.name.as_str()));
        }
    }
}
