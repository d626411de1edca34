//! URLs of the wrong kind, or without encryption.

use diag::{Code, Kind, Report};
use values::Url;

use super::{Rule, blame::blame};
use crate::{Resolved, ResolvedHost, Role};

/// See [`Code::UrlSchemeWrong`].
pub(super) const RULE: Rule = Rule {
    code: Code::UrlSchemeWrong,
    example: include_str!("../../tests/cases/err/url_scheme_wrong/fleet.toml"),
    check,
};

/// An option with a URL, and how that has to start.
type Expectation = (&'static str, &'static [&'static str], fn(&ResolvedHost) -> Option<&Url>);

/// A tang server's answers are protected by its own keys (RFC 7517, JWK), so it may be reached without TLS.
const URLS: &[Expectation] = &[
    ("core.oidc.issuer", &["https://"], |host| match &host.role {
        Role::Core(core) => core.oidc.issuer.as_ref(),
        _ => None,
    }),
    ("core.ldap.uri", &["ldaps://"], |host| match &host.role {
        Role::Core(core) => core.ldap.uri.as_ref(),
        _ => None,
    }),
    ("tls.acme-directory", &["https://"], |host| Some(&host.tls.acme_directory)),
    ("disk.tang-url", &["http://", "https://"], |host| host.disk.tang_url.as_ref()),
];

fn check(fleet: &Resolved, report: &mut Report) {
    for (key, schemes, url) in URLS {
        let fits = |url: &Url| schemes.iter().any(|scheme| url.as_str().starts_with(scheme));
        let wrong = |host: &&ResolvedHost| url(host).is_some_and(|url| !fits(url));
        blame(fleet, report, key, fleet.hosts.values().filter(wrong), |host, hosts| Kind::UrlSchemeWrong {
            hosts,
            key: (*key).to_owned(),
            url: url(host).map(ToString::to_string).unwrap_or_default(),
            expected: schemes.join(" or "),
        });
    }
}
