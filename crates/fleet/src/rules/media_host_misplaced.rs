//! 1:1 calls through a host that cannot relay them.

use diag::{Code, Diagnostic, Kind, Report};

use super::{Rule, fallback_focus_missing};
use crate::{Relay, Resolved, Role};

/// See [`Code::MediaHostMisplaced`].
pub(super) const RULE: Rule = Rule {
    code: Code::MediaHostMisplaced,
    example: include_str!("../../tests/cases/err/media_host_misplaced/fleet.toml"),
    check,
};

fn check(fleet: &Resolved, report: &mut Report) {
    let Some((host, core)) = fleet.core() else { return };
    if fallback_focus_missing::is_missing(fleet) {
        return;
    }
    let named = fleet.hosts.get(&core.media_host);
    let why = match (named.map(|named| &named.role), core.public_media) {
        (Some(Role::Core(_)), true) => return,
        (Some(Role::Core(_)), false) => "the core has no public media",
        (Some(Role::Edge(edge)), false) if Relay::from(edge.as_ref()) != Relay::Backbone => return,
        (Some(Role::Edge(_)), false) => "in backbone mode its relay sends into the tunnel only",
        (_, true) => "the core itself has public media",
        (Some(_), false) => "it is no edge",
        (None, false) => "there is no host of this name",
    };
    let kind = Kind::MediaHostMisplaced { host: core.media_host.to_string(), why: why.to_owned() };
    report.push(Diagnostic::new(kind).at(fleet.place(host, "core.media-host")).on(host.name.as_str()));
}
