//! Routers of a homeserver. Priorities and paths: `docs/architecture.md`, "Ingress".

use fleet::ports::{self, DIRECT_READS, ENROL, GUARD, STEER};
use serde_json::json;
use settings::{dmz::Dmz, gateway::Gateway};

use super::dynamic::{self, Dynamic, Router};
use crate::scene::Scene;

/// What reads are. Everything else is a write; methods are compared exactly.
const READ: &str = "(Method(`GET`) || Method(`HEAD`) || Method(`OPTIONS`))";

/// Paths that nobody may reach from outside: administration, in whichever version or proposal (MSC4323 has it below
/// `unstable/uk.timedout.msc4323`).
const ADMIN: &str = "PathRegexp(`^/_(?:synapse|conduwuit|tuwunel)(?:/|$)`) || \
                     PathRegexp(`/admin`) && PathRegexp(`^/_matrix/client/(?:unstable/)?[^/]+/admin(?:/|$)`)";

// Traefik asks a rule's parts from left to right and stops at the first that decides, for every request and every router
// above the one that takes it. So what costs little stands first. An expression that repeats a group costs microseconds on the
// path of a room, one that is a plain text next to nothing (go: regexp, `prefixComplete`): each of the former has the
// texts before it without which it cannot match. They change no verdict.

/// Writes that encrypt a room or remove a message.
const LOCKED: &str = "(PathRegexp(`/redact`) || PathRegexp(`/batch_send`) || PathRegexp(`/m\\.room\\.encr`) || \
     PathRegexp(`/m\\.room\\.redaction`)) && \
     PathRegexp(`^/_matrix/client/(?:[^/]+/)+rooms/[^/]+/\
     (?:redact|batch_send|(?:send|state)/m\\.room\\.(?:encryption|encrypted|redaction))(?:/|$)`)";

/// Registration and the look-up of tokens, in every version and spelling (Matrix spec; MSC3231).
const REGISTRATION: &str =
    "PathRegexp(`/register`) && PathRegexp(`^/_matrix/client/(?:[^/]+/)+register(?:/|$)`)";

/// Requests that guess passwords or tokens, look-ups of tokens and names included, and that send mail; each address gets a
/// few a minute. Whoever has a session may guess its password wherever the server asks for it again (Matrix spec,
/// Client-Server API, User-Interactive Authentication API). A preflight guesses nothing, and one that is refused hides
/// the answer from the browser.
const CREDENTIALS: &str = "!Method(`OPTIONS`) && (PathRegexp(`/login`) || PathRegexp(`/register`) || \
    PathRegexp(`/account/`) || PathRegexp(`/refresh`) || PathRegexp(`/delete_devices`) || \
    PathRegexp(`/device_signing/`)) && \
    PathRegexp(`^/_matrix/client/(?:[^/]+/)+(?:login|register|refresh|delete_devices|keys/device_signing/upload|\
    account/(?:password|deactivate|3pid/add|3pid/[^/]+/requestToken))(?:/|$)`)";

/// The same of a device that is signed out by its path, where reading and renaming asks for no password.
const SIGN_OUT: &str = "Method(`DELETE`) && PathRegexp(`^/_matrix/client/(?:[^/]+/)+devices/[^/]+(?:/|$)`)";

/// Where `rampart-answer` says that somebody was too quick. No router takes this path from outside.
const LIMITED: &str = "/limited";

/// Where clients ask for the foci (MSC4143), before and after it is stable.
const TRANSPORTS: &str = "(Path(`/_matrix/client/unstable/org.matrix.msc4143/rtc/transports`) || \
                          Path(`/_matrix/client/v1/rtc/transports`))";

/// The discovery document (Matrix spec, Client-Server API, Server discovery).
const DOCUMENT: &str = "/.well-known/matrix/client";

/// One homeserver behind its guard.
struct Door<'a> {
    /// Host name of the client API.
    client: &'a str,
    /// Host name of `.well-known`.
    server_name: &'a str,
    /// The guard.
    guard: String,
    /// Where reads go instead, under `audit.reads = "direct"`.
    reads: Option<String>,
    audit: bool,
    /// Registration exists only as the enrolment page.
    closed_registration: bool,
    /// Tunnel addresses that may federate.
    federation: Option<String>,
    /// Who has the discovery documents.
    discovery: Discovery,
    /// There are foci that clients are told.
    has_foci: bool,
}

/// Who tells clients where the API and the foci are. The homeserver's own document cannot say that encryption is off.
enum Discovery {
    /// Steering, in an order for each client; while it is away the one beside Traefik.
    Steering(String),
    /// The one beside Traefik, everybody the same; while it is away the homeserver itself.
    Answer,
}

/// The fleet's homeserver, behind the gateway.
pub(super) fn fleet(scene: &Scene<'_>, gateway: &Gateway, dynamic: &mut Dynamic) {
    let core = gateway.core_address;
    let audit = &scene.host.audit;
    let partners: Vec<String> = scene
        .fleet
        .dmzs()
        .filter(|(_, dmz)| scene.fleet.is_linked(dmz))
        .map(|(host, _)| format!("ClientIP(`{}`)", host.host.tunnel_address))
        .collect();
    let federation = if scene.fleet.federates_openly() {
        Some(String::new())
    } else {
        (!partners.is_empty()).then(|| format!("({}) && ", partners.join(" || ")))
    };
    let (direct, has_foci) = (audit.reads_directly(), !scene.fleet.foci.is_empty());
    let door = Door {
        client: gateway.client_domain.as_str(),
        server_name: gateway.server_name.as_str(),
        guard: format!("http://{core}:{GUARD}"),
        reads: direct.then(|| format!("http://{core}:{DIRECT_READS}")),
        audit: audit.enable,
        closed_registration: false,
        federation,
        discovery: if has_foci {
            Discovery::Steering(format!("http://{core}:{STEER}"))
        } else {
            Discovery::Answer
        },
        has_foci,
    };
    door.write(dynamic);
}

/// A tenant's homeserver, on the same host.
pub(super) fn tenant(scene: &Scene<'_>, dmz: &Dmz, dynamic: &mut Dynamic) {
    let core = scene.core_tunnel();
    let federation =
        core.filter(|_| scene.fleet.is_linked(dmz)).map(|core| format!("ClientIP(`{core}`) && "));
    let door = Door {
        client: dmz.domain.as_str(),
        server_name: dmz.domain.as_str(),
        guard: format!("http://127.0.0.1:{GUARD}"),
        reads: None,
        audit: scene.host.audit.enable,
        closed_registration: true,
        federation,
        discovery: Discovery::Answer,
        has_foci: !scene.foci_of_guests(dmz).is_empty(),
    };
    door.write(dynamic);
    page(dmz, dynamic);
}

/// The enrolment page. It counts attempts itself, by address and by token.
fn page(dmz: &Dmz, dynamic: &mut Dynamic) {
    dynamic.service("enrol", &[format!("http://127.0.0.1:{ENROL}")]);
    let paths = "(Path(`/register`) || PathPrefix(`/register/`))";
    let methods = "(Method(`GET`) || Method(`HEAD`) || Method(`POST`))";
    dynamic.allow(&Router {
        name: "enrol",
        priority: 3500,
        rule: format!("Host(`{}`) && {methods} && {paths}", dmz.domain),
        middlewares: &["matrix"],
        service: "enrol",
    });
}

impl Door<'_> {
    /// Conditions of the deny routers that concern writes; every allow router repeats them, negated.
    fn denied_writes(&self) -> Vec<(&'static str, u32, String)> {
        let mut out = vec![("deny-admin", 9000, ADMIN.to_owned())];
        if self.audit {
            out.push(("deny-locked", 8900, format!("!{READ} && {LOCKED}")));
        }
        if self.closed_registration {
            out.push(("deny-registration", 8800, REGISTRATION.to_owned()));
        }
        out
    }

    /// Host rule, what the router is for, and the negation of everything that is denied.
    fn open(&self, wanted: &str) -> String {
        let denied = self.denied_writes();
        let twins = denied.iter().map(|(_, _, rule)| format!(" && !({rule})"));
        format!("Host(`{}`) && {wanted}{}", self.client, twins.collect::<String>())
    }

    fn write(&self, dynamic: &mut Dynamic) {
        middlewares(dynamic);
        dynamic.service("guard", std::slice::from_ref(&self.guard));
        dynamic.service(dynamic::ANSWER, &[answer_url()]);
        if let Some(reads) = &self.reads {
            dynamic.service("homeserver-reads", std::slice::from_ref(reads));
        }
        for (name, priority, rule) in self.denied_writes() {
            dynamic.deny(name, priority, format!("Host(`{}`) && ({rule})", self.client));
        }
        let reads = if self.reads.is_some() { "homeserver-reads" } else { "guard" };
        let plain: &[&str] = &["matrix"];
        let limited: &[&str] = &["matrix", "say-limited", "limit-credentials"];
        let mut allow = |name, priority, middlewares, rule: String, service| {
            dynamic.allow(&Router { name, priority, rule, middlewares, service });
        };
        let upload = "(Method(`POST`) || Method(`PUT`)) && PathPrefix(`/_matrix/media/`)";
        allow("matrix-upload", 7000, plain, self.open(upload), "guard");
        let credentials = format!("({CREDENTIALS} || {SIGN_OUT})");
        allow("matrix-credentials", 6500, limited, self.open(&credentials), "guard");
        let writes = format!("!{READ} && PathPrefix(`/_matrix/client/`)");
        allow("matrix-write", 6000, plain, self.open(&writes), "guard");
        let places = "(PathPrefix(`/_matrix/client/`) || PathPrefix(`/_matrix/media/`))";
        allow("matrix-read", 5000, plain, self.open(&format!("{READ} && {places}")), reads);
        // Token services look OpenID tokens up here, also where nothing federates (MSC4195).
        let openid = "Method(`GET`) && Path(`/_matrix/federation/v1/openid/userinfo`)";
        allow("matrix-openid", 4000, plain, format!("Host(`{}`) && {openid}", self.client), "guard");
        if let Some(peers) = &self.federation {
            let paths = "(PathPrefix(`/_matrix/federation/`) || PathPrefix(`/_matrix/key/`))";
            let rule = format!("Host(`{}`) && {peers}{paths}", self.client);
            allow("matrix-federation", 3900, plain, rule, "guard");
        }
        let documents = "(Path(`/.well-known/matrix/client`) || Path(`/.well-known/matrix/server`) || \
                         Path(`/.well-known/matrix/support`))";
        let rule = format!("Host(`{}`) && {READ} && {documents}", self.server_name);
        allow("well-known", 3700, plain, rule, "guard");
        self.discovery(dynamic);
    }

    /// Both places where clients look for foci; the document also says that encryption is off.
    fn discovery(&self, dynamic: &mut Dynamic) {
        let service = match &self.discovery {
            Discovery::Steering(url) => {
                dynamic.service_or("steer", url, "/healthz", dynamic::ANSWER);
                "steer"
            }
            Discovery::Answer => {
                dynamic.service_or("discovery", &answer_url(), DOCUMENT, "guard");
                "discovery"
            }
        };
        let mut allow = |name, priority, rule: String| {
            dynamic.allow(&Router { name, priority, rule, middlewares: &["matrix"], service });
        };
        if self.has_foci {
            allow("rtc-transports", 5500, self.open(&format!("{READ} && {TRANSPORTS}")));
        }
        let document = format!("Host(`{}`) && {READ} && Path(`{DOCUMENT}`)", self.server_name);
        allow("well-known-client", 3800, document);
    }
}

/// Where `rampart-answer` listens.
fn answer_url() -> String {
    format!("http://127.0.0.1:{}", ports::ANSWER)
}

/// What requests to a homeserver pass.
fn middlewares(dynamic: &mut Dynamic) {
    // An empty value deletes: nothing of Matrix upgrades, and a forwarded upgrade would be a tunnel past all rules. Traefik's
    // keys for the other two (`stsSeconds`, `contentTypeNosniff`) say the same, copy the request and wrap the answer once more.
    dynamic.middleware(
        "matrix",
        json!({ "headers": {
            "customRequestHeaders": { "Upgrade": "" },
            "customResponseHeaders": {
                "Strict-Transport-Security": "max-age=31536000",
                "X-Content-Type-Options": "nosniff",
            },
        } }),
    );
    // Average and burst come by the options `limit.*`. A household has an IPv6 network of this size, and an attacker all
    // of its addresses.
    dynamic.middleware(
        "limit-credentials",
        json!({ "rateLimit": {
            "period": "1m",
            "sourceCriterion": { "ipStrategy": { "ipv6Subnet": 64 } },
        } }),
    );
    // The limiter's own 429 is bare text without CORS, which a web client takes for a broken network. Only this header
    // goes along: the error service must not see a token (CVE-2026-41181).
    dynamic.middleware(
        "say-limited",
        json!({ "errors": {
            "status": ["429"],
            "service": dynamic::ANSWER,
            "query": LIMITED,
            "errorRequestHeaders": ["Origin"],
        } }),
    );
}

#[cfg(test)]
mod tests {
    use regex::Regex;

    use super::{CREDENTIALS, LOCKED, REGISTRATION, SIGN_OUT};

    const HEADS: [&str; 4] = ["", "/v3", "/v3/rooms/!r:x", "/unstable/org.x/rooms/r"];
    const WORDS: [&str; 21] = [
        "",
        "/v3",
        "/rooms",
        "/",
        "/redact",
        "/batch_send",
        "/send",
        "/state",
        "/m.room.encryption",
        "/m.room.encrypted",
        "/m.room.redaction",
        "/login",
        "/register",
        "/account/password",
        "/refresh",
        "/account/deactivate",
        "/account/3pid",
        "/email/requestToken",
        "/delete_devices",
        "/keys/device_signing/upload",
        "/devices",
    ];

    /// Every head with every three words behind it.
    fn paths() -> impl Iterator<Item = String> {
        const MANY: usize = WORDS.len();
        let three = |number: usize| {
            [number / MANY / MANY, number / MANY % MANY, number % MANY].map(|at| WORDS[at]).concat()
        };
        HEADS.into_iter().flat_map(move |head| {
            (0..WORDS.len().pow(3)).map(move |number| format!("/_matrix/client{head}{}", three(number)))
        })
    }

    #[test]
    fn the_texts_before_an_expression_change_no_verdict() {
        for (rule, texts) in [(LOCKED, 4), (REGISTRATION, 1), (CREDENTIALS, 6)] {
            let patterns = rule.split("PathRegexp(`").skip(1).map(|part| part.split('`').next().unwrap());
            let mut patterns: Vec<Regex> = patterns.map(|pattern| Regex::new(pattern).unwrap()).collect();
            let expression = patterns.pop().unwrap();
            assert_eq!(patterns.len(), texts, "{rule}");
            let matching: Vec<String> = paths().filter(|path| expression.is_match(path)).collect();
            assert!(matching.len() > 100, "{rule}");
            let lost = matching.iter().find(|path| !patterns.iter().any(|text| text.is_match(path)));
            assert_eq!(lost, None, "{rule}");
        }
    }

    /// The expression of a rule, which is its last.
    fn expression(rule: &str) -> Regex {
        Regex::new(rule.rsplit("PathRegexp(`").next().unwrap().split('`').next().unwrap()).unwrap()
    }

    #[test]
    fn a_password_is_limited_wherever_the_server_asks_for_one() {
        let credentials = expression(CREDENTIALS);
        for path in [
            "v3/login",
            "v1/login/get_token",
            "v1/register/m.login.registration_token/validity",
            "v3/register/email/requestToken",
            "v3/refresh",
            "v3/account/password",
            "v3/account/password/email/requestToken",
            "v3/account/password/msisdn/requestToken",
            "r0/account/deactivate",
            "v3/account/3pid/add",
            "v3/account/3pid/email/requestToken",
            "v3/account/3pid/msisdn/requestToken",
            "v3/delete_devices",
            "v3/keys/device_signing/upload",
            "unstable/keys/device_signing/upload",
        ] {
            assert!(credentials.is_match(&format!("/_matrix/client/{path}")), "{path}");
        }
        for path in
            ["v3/account/whoami", "v3/account/3pid", "v3/account/3pid/delete", "v3/keys/upload", "v3/devices"]
        {
            assert!(!credentials.is_match(&format!("/_matrix/client/{path}")), "{path}");
        }
        let sign_out = expression(SIGN_OUT);
        assert!(sign_out.is_match("/_matrix/client/v3/devices/ABC"));
        assert!(!sign_out.is_match("/_matrix/client/v3/devices"));
        assert!(SIGN_OUT.starts_with("Method(`DELETE`) && "));
    }
}
