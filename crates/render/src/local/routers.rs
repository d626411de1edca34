//! Traefik's routers as the rules look at them.

use serde_json::Value;

use super::{matching::Rule, matching_parse::parse, view};
use fleet::ports::{ANSWER, DIRECT_READS, GUARD};

/// Where HTTP routers stand.
pub(super) const HTTP: &str = "services.traefik.dynamic.http.routers";
/// Where TCP routers stand.
pub(super) const TCP: &str = "services.traefik.dynamic.tcp.routers";

/// All routers of a host, their rules read once.
pub struct Routers<'h> {
    /// The host's file.
    pub(super) host: &'h Value,
    /// Of HTTP.
    pub(super) http: Vec<Router<'h>>,
    /// Of TCP.
    pub(super) tcp: Vec<Router<'h>>,
}

/// One router.
pub(super) struct Router<'h> {
    host: &'h Value,
    table: &'static str,
    /// Its name.
    pub(super) name: &'h str,
    /// Its settings.
    pub(super) settings: &'h Value,
    /// Its rule, or what is wrong with its text.
    pub(super) rule: Result<Rule<'h>, String>,
    /// Ports of the servers behind it.
    ports: Vec<u16>,
    /// Whether it answers by itself and passes nothing on.
    pub(super) refuses: bool,
}

impl<'h> Routers<'h> {
    /// The routers of a host.
    pub(super) fn of(host: &'h Value) -> Self {
        let of = |table| {
            view::table(host, table)
                .map(|(name, settings)| Router::new(host, table, name, settings))
                .collect()
        };
        Self { host, http: of(HTTP), tcp: of(TCP) }
    }

    /// HTTP before TCP.
    pub(super) fn all(&self) -> impl Iterator<Item = &Router<'h>> {
        self.http.iter().chain(&self.tcp)
    }

    /// Every HTTP router that passes requests on, with its rule. Rules that cannot be read are another rule's business.
    pub(super) fn open(&self) -> impl Iterator<Item = (&Router<'h>, &Rule<'h>)> {
        self.http.iter().filter(|router| !router.refuses).filter_map(Router::with_rule)
    }

    /// Every HTTP router that refuses, with its rule.
    pub(super) fn refusing(&self) -> impl Iterator<Item = (&Router<'h>, &Rule<'h>)> {
        self.http.iter().filter(|router| router.refuses).filter_map(Router::with_rule)
    }
}

impl<'h> Router<'h> {
    fn new(host: &'h Value, table: &'static str, name: &'h str, settings: &'h Value) -> Self {
        let rule = parse(view::text(settings, "rule").unwrap_or_default());
        let mut router = Self { host, table, name, settings, rule, ports: Vec::new(), refuses: false };
        router.ports = router.ports();
        router.refuses = router.answers_itself();
        router
    }

    /// The router and its rule, if that can be read.
    pub(super) fn with_rule(&self) -> Option<(&Self, &Rule<'h>)> {
        self.rule.as_ref().ok().map(|rule| (self, rule))
    }

    /// Its path, for complaints.
    pub(super) fn path(&self) -> String {
        format!("{}.{}", self.table, self.name)
    }

    /// The text of its rule.
    pub(super) fn text(&self) -> &'h str {
        view::text(self.settings, "rule").unwrap_or_default()
    }

    /// The service that it passes requests to.
    pub(super) fn service(&self) -> &'h str {
        view::text(self.settings, "service").unwrap_or_default()
    }

    /// Its middlewares with their settings.
    pub(super) fn middlewares(&self) -> impl Iterator<Item = (&'h str, &'h Value)> {
        let all = view::at(self.host, "services.traefik.dynamic.http.middlewares");
        view::texts(self.settings, "middlewares").into_iter().filter_map(move |name| {
            let name = name.trim_end_matches("@file");
            Some((name, all?.get(name)?))
        })
    }

    fn answers_itself(&self) -> bool {
        let nobody = |(_, middleware): (&str, &Value)| {
            view::texts(middleware, "ipAllowList.sourceRange") == ["0.0.0.0/32"]
        };
        self.service() == "noop@internal" || self.leads_to(&[ANSWER]) || self.middlewares().any(nobody)
    }

    /// Whether it passes requests to the homeserver, by way of the guard or directly.
    pub(super) fn reaches_homeserver(&self) -> bool {
        self.leads_to(&[GUARD, DIRECT_READS])
    }

    fn leads_to(&self, ports: &[u16]) -> bool {
        self.ports.iter().any(|port| ports.contains(port))
    }

    fn ports(&self) -> Vec<u16> {
        let services = view::at(self.host, "services.traefik.dynamic.http.services");
        let servers = services
            .and_then(|services| view::at(services.get(self.service())?, "loadBalancer.servers")?.as_array());
        let port = |server: &Value| {
            let url = view::text(server, "url")?.trim_end_matches('/');
            url.rsplit_once(':')?.1.parse().ok()
        };
        servers.into_iter().flatten().filter_map(port).collect()
    }
}
