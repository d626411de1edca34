//! Which hosts have a homeserver.

use settings::{
    homeserver::{GuardLimits, Homeserver},
    host::RoleName,
};

use crate::{ResolvedHost, Role};

/// The roles that have one.
pub(super) const ROLES: &[RoleName] = &[RoleName::Core, RoleName::Dmz];

/// The homeserver's settings, where there is one.
pub(super) fn of(host: &ResolvedHost) -> Option<&Homeserver> {
    match &host.role {
        Role::Core(core) => Some(&core.homeserver),
        Role::Dmz(dmz) => Some(&dmz.homeserver),
        Role::Gateway(_) | Role::Edge(_) => None,
    }
}

/// The settings of the guard before it.
pub(super) fn guard(host: &ResolvedHost) -> Option<&GuardLimits> {
    match &host.role {
        Role::Core(core) => Some(&core.guard),
        Role::Dmz(dmz) => Some(&dmz.guard),
        Role::Gateway(_) | Role::Edge(_) => None,
    }
}

/// Whether the host keeps a homeserver of which `bad` is true.
pub(super) fn any(host: &ResolvedHost, bad: impl Fn(&Homeserver) -> bool) -> bool {
    of(host).is_some_and(bad)
}

/// As [`any`], where the audit profile is on.
pub(super) fn any_audited(host: &ResolvedHost, bad: impl Fn(&Homeserver) -> bool) -> bool {
    host.audit.enable && any(host, bad)
}

/// The version of new rooms as a number.
pub(super) fn room_version(server: &Homeserver) -> Option<u8> {
    server.room_version.as_str().parse().ok()
}

/// The version of new rooms as written.
pub(super) fn room_version_text(host: &ResolvedHost) -> String {
    of(host).map(|server| server.room_version.to_string()).unwrap_or_default()
}
