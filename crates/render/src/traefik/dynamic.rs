//! Building the dynamic file.

use serde_json::{Map, Value, json};

use super::statics::RESOLVER;
use crate::scene::{Scene, credential};

/// The dynamic file under construction.
pub(super) struct Dynamic {
    routers: Map<String, Value>,
    services: Map<String, Value>,
    middlewares: Map<String, Value>,
    transports: Map<String, Value>,
    tcp_routers: Map<String, Value>,
    tcp_services: Map<String, Value>,
    /// `tls` of HTTP routers. On a node of a cluster all of them are for the name that it shares.
    http_tls: Value,
    /// `tls` of TCP routers that Traefik ends: a relay's name is its host's alone.
    tcp_tls: Value,
    certificates: Value,
}

/// One HTTP router.
pub(super) struct Router<'a> {
    pub(super) name: &'a str,
    pub(super) priority: u32,
    pub(super) rule: String,
    pub(super) middlewares: &'a [&'a str],
    pub(super) service: &'a str,
}

/// Service of the deny routers, `rampart-answer`: a Matrix error that clients show and browsers may read. While it is away
/// Traefik answers 502, which is a refusal, too.
pub(super) const ANSWER: &str = "answer";

/// Middlewares of a deny router.
const REFUSE: &[&str] = &["matrix"];

/// Bytes of a request that are kept to ask a second service; what is read has no body.
const FAILOVER_BODY: u32 = 4096;

/// Transport of a service that another one stands in for. A host that is cut off says nothing at all, and by default
/// Traefik dials it for 30 s and waits for its answer for ever (traefik: pkg/config/dynamic, `ForwardingTimeouts`). Both
/// ends are in one place: what takes longer than this is away.
const IMPATIENT: &str = "impatient";
const DIAL: &str = "1s";
const ANSWERED: &str = "2s";

impl Dynamic {
    pub(super) fn new(scene: &Scene<'_>) -> Self {
        let asked = |asks| if asks { json!({ "certResolver": RESOLVER }) } else { json!({}) };
        let asks = scene.host.asks_for_certificates();
        let certificate = credential("traefik", "tls-web");
        Self {
            routers: Map::new(),
            services: Map::new(),
            middlewares: Map::new(),
            transports: Map::new(),
            tcp_routers: Map::new(),
            tcp_services: Map::new(),
            http_tls: asked(asks && !scene.host.shares_its_name()),
            tcp_tls: asked(asks),
            // One file holds the chain and the key.
            certificates: if scene.host.is_brought_a_certificate() {
                json!([{ "certFile": certificate, "keyFile": certificate }])
            } else {
                json!([])
            },
        }
    }

    /// Adds a router that passes requests on.
    pub(super) fn allow(&mut self, router: &Router<'_>) {
        self.routers.insert(
            router.name.to_owned(),
            json!({
                "entryPoints": ["websecure"],
                "rule": router.rule,
                "priority": router.priority,
                "middlewares": router.middlewares,
                "service": router.service,
                "tls": self.http_tls,
            }),
        );
    }

    /// Adds a router that refuses.
    pub(super) fn deny(&mut self, name: &str, priority: u32, rule: String) {
        self.allow(&Router { name, priority, rule, middlewares: REFUSE, service: ANSWER });
    }

    /// Adds a middleware.
    pub(super) fn middleware(&mut self, name: &str, settings: Value) {
        self.middlewares.insert(name.to_owned(), settings);
    }

    /// Adds a service with its servers' URLs.
    pub(super) fn service(&mut self, name: &str, urls: &[String]) {
        let servers: Vec<Value> = urls.iter().map(|url| json!({ "url": url })).collect();
        self.services.insert(
            name.to_owned(),
            json!({ "loadBalancer": { "servers": servers, "passHostHeader": true } }),
        );
    }

    /// Adds a service that answers as long as it is well, and another one that stands in for it. Traefik looks at `path` of
    /// the first one itself, and asks the second one, too, for a request that ends in an error before that is noticed
    /// (traefik: pkg/server/service/loadbalancer/failover; `errors` since 3.7, which is below every floor).
    pub(super) fn service_or(&mut self, name: &str, url: &str, path: &str, fallback: &str) {
        let first = format!("{name}-first");
        self.transports.insert(
            IMPATIENT.to_owned(),
            json!({ "forwardingTimeouts": { "dialTimeout": DIAL, "responseHeaderTimeout": ANSWERED } }),
        );
        self.services.insert(
            first.clone(),
            json!({ "loadBalancer": {
                "servers": [{ "url": url }],
                "passHostHeader": true,
                "serversTransport": IMPATIENT,
                "healthCheck": { "path": path, "interval": "2s", "timeout": "1s" },
            } }),
        );
        self.services.insert(
            name.to_owned(),
            json!({ "failover": {
                "service": first,
                "fallback": fallback,
                "errors": { "status": ["500-599"], "maxRequestBodyBytes": FAILOVER_BODY },
            } }),
        );
    }

    /// Adds a TCP router by server name. With `passthrough` the server behind it ends TLS.
    pub(super) fn tcp(&mut self, name: &str, server_name: &str, address: &str, passthrough: bool) {
        let tls = if passthrough { json!({ "passthrough": true }) } else { self.tcp_tls.clone() };
        self.tcp_routers.insert(
            name.to_owned(),
            json!({
                "entryPoints": ["websecure"],
                "rule": format!("HostSNI(`{server_name}`)"),
                "service": name,
                "tls": tls,
            }),
        );
        self.tcp_services
            .insert(name.to_owned(), json!({ "loadBalancer": { "servers": [{ "address": address }] } }));
    }

    /// The file. Tables without entries are left out: Traefik refuses some of them when empty.
    pub(super) fn file(self) -> Value {
        let mut out = json!({
            "tls": { "options": { "default": { "minVersion": "VersionTLS13", "sniStrict": true } } },
        });
        if self.certificates.as_array().is_some_and(|list| !list.is_empty()) {
            out["tls"]["certificates"] = self.certificates;
        }
        out["http"] = tables([
            ("routers", self.routers),
            ("services", self.services),
            ("middlewares", self.middlewares),
            ("serversTransports", self.transports),
        ]);
        let tcp = tables([("routers", self.tcp_routers), ("services", self.tcp_services)]);
        if tcp.as_object().is_some_and(|tcp| !tcp.is_empty()) {
            out["tcp"] = tcp;
        }
        out
    }
}

fn tables<const N: usize>(tables: [(&str, Map<String, Value>); N]) -> Value {
    tables
        .into_iter()
        .filter(|(_, table)| !table.is_empty())
        .map(|(name, table)| (name.to_owned(), Value::Object(table)))
        .collect::<Map<_, _>>()
        .into()
}
