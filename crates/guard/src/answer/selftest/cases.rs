//! The deny cases: forbidden requests in the spellings that proxies and servers read differently. Sources of the spellings:
//! RFC 3986 §6.2.2 and published advisories of proxies.

use std::fmt;

use settings::{answer::Answer, guard::Registration};

/// What a case is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Administration, and what is for this host alone.
    Private,
    /// Messages stay readable: `audit.enable`.
    Audit,
    /// Accounts are made on the enrolment page.
    Registration,
}

/// One request that must be refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// What it is about.
    pub part: Part,
    /// Its method.
    pub method: &'static str,
    /// Its target, as it goes over the wire.
    pub target: String,
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method, self.target)
    }
}

/// Paths that are nobody's business outside.
const PRIVATE: [&str; 17] = [
    "/_synapse/admin/v1/users",
    "/_synapse/admin/v2/users?access_token=x",
    "/_synapse",
    "/_tuwunel/server_version",
    "/_conduwuit/x",
    "//_synapse//admin/v1/rooms",
    "/%5Fsynapse/admin/v1/rooms",
    "/_matrix/../_synapse/admin/v1/rooms",
    "/_matrix/client/%2e%2e/%2e%2e/_synapse/admin/v1/rooms",
    "/_matrix/client/v3/admin/whois/@a:b",
    "/_matrix/client/unstable/admin/account",
    "/_matrix/client/unstable/uk.timedout.msc4323/admin/suspend/@a:b",
    "/_matrix/client/v1/%61dmin/suspend/@a:b",
    "/metrics",
    "/debug/pprof/heap",
    "/api/rawdata",
    "/limited",
];

/// Below a version of the client API: what encrypts a room or takes a message away.
const LOCKED: [&str; 17] = [
    "rooms/!r:x/redact/$e/1",
    "rooms/!r:x/redact/$e",
    "rooms/%21r%3Ax/redact/%24e/1",
    "rooms/!r:x/%72edact/$e/1",
    "rooms/!r:x//redact/$e/1",
    "rooms/!r:x/state/../redact/$e/1",
    "rooms/!r:x/redact/$e%0A/1",
    "rooms/!r:x/redact/$e/1%0A",
    "rooms/!r:x/send/m.room.redaction/1",
    "rooms/!r:x/send/m%2Eroom.redaction/1",
    "rooms/!r:x/state/m.room.redaction/",
    "rooms/!r:x/state/m.room.encryption",
    "rooms/!r:x/state/m.room.encryption/",
    "rooms/!r:x/state/m%2eroom%2eencryption/",
    "rooms/!r:x/state/m.room.encryption/key?x=y",
    "rooms/!r:x/send/m.room.encrypted/1",
    "rooms/!r:x/batch_send",
];

/// Versions of the client API in which the homeserver, an older one or Synapse knows these.
const VERSIONS: [&str; 4] = ["v3", "r0", "api/v1", "unstable/org.matrix.msc2716"];

const REGISTRATION: [(&str, &str); 5] = [
    ("POST", "/_matrix/client/v3/register"),
    ("POST", "/_matrix/client/r0/register?kind=guest"),
    ("POST", "/_matrix/client/v3/%72egister"),
    ("GET", "/_matrix/client/v1/register/m.login.registration_token/validity?token=x"),
    ("GET", "/_matrix/client/v3/register/available?username=x"),
];

/// Targets without a leading slash, which a router may take for `/` (CVE-2026-88009); the method does not matter.
const ROOTLESS: [&str; 2] = ["x:http://h", "http:http://h"];

/// The cases for a host.
pub fn of(config: &Answer) -> Vec<Case> {
    let case = |part, method, target: String| Case { part, method, target };
    let mut out: Vec<Case> =
        PRIVATE.iter().map(|target| case(Part::Private, "GET", (*target).to_owned())).collect();
    out.push(case(Part::Private, "DELETE", "/_synapse/admin/v2/rooms/!r:x".to_owned()));
    out.push(case(Part::Private, "POST", "/_synapse/admin/v1/purge_history/!r:x".to_owned()));
    if config.policy.audit.enable {
        for version in VERSIONS {
            for path in LOCKED {
                let target = format!("/_matrix/client/{version}/{path}");
                out.push(case(Part::Audit, if path.ends_with("send") { "POST" } else { "PUT" }, target));
            }
        }
        let path = "/_matrix/client/v3/rooms/!r:x/redact/$e/1";
        out.extend(ROOTLESS.map(|scheme| case(Part::Audit, "PUT", format!("{scheme}{path}"))));
        // Methods are compared exactly, so these are writes.
        out.extend(["POST", "put", "PATCH"].map(|method| case(Part::Audit, method, path.to_owned())));
    }
    if config.registration == Registration::EnrolSocketOnly {
        out.extend(REGISTRATION.map(|(method, target)| case(Part::Registration, method, target.to_owned())));
    }
    out
}

#[cfg(test)]
mod tests {
    use http::Uri;
    use settings::answer::Answer;

    use super::{Part, of};
    use crate::answer::tests::config;

    fn parts(config: &Answer) -> [usize; 3] {
        let count = |part| of(config).iter().filter(|case| case.part == part).count();
        [Part::Private, Part::Audit, Part::Registration].map(count)
    }

    #[test]
    fn cases_follow_the_policy() {
        let mut config = config();
        assert_eq!(parts(&config), [19, 73, 5]);
        config.policy.audit.enable = false;
        config.registration = settings::guard::Registration::Everywhere;
        assert_eq!(parts(&config), [19, 0, 0]);
    }

    /// The cases and the library are written apart: whatever the library would let through is no case of forbidden paths.
    #[test]
    fn the_library_refuses_every_case_that_it_can_read() {
        let config = config();
        for case in of(&config).iter().filter(|case| case.part == Part::Audit) {
            let Ok(uri) = case.target.parse::<Uri>() else { continue };
            let request = http::Request::builder().method(case.method).uri(uri).body(()).unwrap();
            let verdict = ingress::decide(&request.into_parts().0, b"{}", &config.policy);
            assert!(matches!(verdict, ingress::Verdict::Refuse(_)), "{case}: {verdict:?}");
        }
    }
}
