//! Secrets on hosts that must not have them.

use diag::{Code, Kind, Report};
use serde_json::Value;

use super::{Check, LocalRule, view};

/// See [`Code::HostSecretShared`].
pub(super) const RULE: LocalRule = LocalRule {
    code: Code::HostSecretShared,
    example: include_str!("../../tests/cases/err/host_secret_shared/case/host.json"),
    checks: &[Check::File(check)],
};

fn check(host: &Value, report: &mut Report) {
    for (name, secret) in view::table(host, "secrets") {
        let detail = match (Purpose::of(name), view::is_on(secret, "shared")) {
            (None, false) => continue,
            (None, true) => "it is the host's own",
            (Some(_), false) => "its other end would have another value",
            (Some(purpose), true) if purpose.ends_here(host) => continue,
            (Some(_), true) => "the host is at neither end of it",
        };
        let path = format!("secrets.{name}");
        report.push(Kind::HostSecretShared { path, detail: detail.to_owned() });
    }
}

/// What a shared secret is for, by its name. Found from the facts of the host, not from the units that ask for it, so that
/// a unit that asks for too much is seen.
enum Purpose<'n> {
    /// Between a focus' media servers and its token service.
    Focus(&'n str),
    /// Between whoever hands out credentials of a relay and the relay.
    Relay(&'n str),
    /// Between the bot and the broker of a tenant.
    Client(&'n str),
}

impl<'n> Purpose<'n> {
    fn of(name: &'n str) -> Option<Self> {
        let focus = name.strip_prefix("livekit-keys-").or_else(|| name.strip_prefix("redis-"));
        let relay = || name.strip_prefix("turn-secret-").map(Self::Relay);
        let client = || name.strip_prefix("broker-client-token-").map(Self::Client);
        focus.map(Self::Focus).or_else(relay).or_else(client)
    }

    fn ends_here(&self, host: &Value) -> bool {
        let role = view::role(host);
        let is_focus = |name: &str| view::text(host, "facts.focus") == Some(name);
        match self {
            // Token services and Redis are on the core.
            Self::Focus(name) => role == "core" || is_focus(name),
            Self::Client(tenant) => role == "core" || view::text(host, "facts.tenant") == Some(tenant),
            Self::Relay("core") => role == "core" || has_relay(host),
            // A tenant's name, or that of a focus, whose media server hands them out.
            Self::Relay(name) => {
                is_focus(name) || view::text(host, "facts.tenant") == Some(name) || has_relay(host)
            }
        }
    }
}

/// Whether the host relays for others. A DMZ host never does.
fn has_relay(host: &Value) -> bool {
    let core = || view::is_on(host, "options.core.publicMedia");
    let edge = || {
        view::is_on(host, "options.edge.relaysCalls")
            || view::text(host, "options.edge.mode") == Some("backbone")
    };
    core() || edge()
}
