//! Traefik's routers as the rules look at them.

use serde_json::Value;

use super::{matching::Rule, matching_parse::parse, view};
use fleet::ports::{ANSWER, DIRECT_READS, GUARD};

/// Where HTTP routers stand.
pub(super) const HTTP: &str = "services.traefik.dynamic.http.routers";
/// Where TCP routers stand.
pub(super) const TCP: &str = "services.traefik.dynamic.tcp.routers";
/// One router.
pub(super) struct Router<'h> {
    host: &'h Value,
    table: &'static str,
    /// Its name.
    pub(super) name: &'h str,
    /// Its settings.
    pub(super) settings: &'h Value,
}

/// The routers in one table.
pub(super) fn of<'h>(host: &'h Value, table: &'static str) -> impl Iterator<Item = Router<'h>> {
    view::table(host, table).map(move |(name, settings)| Router { host, table, name, settings })
}

/// Every HTTP router that passes requests on, with its rule. Rules that cannot be read are another rule's business.
pub(super) fn open(host: &Value) -> impl Iterator<Item = (Router<'_>, Rule<'_>)> {
    of(host, HTTP)
        .filter(|router| !router.refuses())
        .filter_map(|router| parse(router.text()).ok().map(|rule| (router, rule)))
}

impl<'h> Router<'h> {
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

    /// Whether it answers by itself and passes nothing on.
    pub(super) fn refuses(&self) -> bool {
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
        let services = view::at(self.host, "services.traefik.dynamic.http.services");
        let servers = services
            .and_then(|services| view::at(services.get(self.service())?, "loadBalancer.servers")?.as_array());
        let port = |server: &Value| {
            let url = view::text(server, "url")?.trim_end_matches('/');
            url.rsplit_once(':')?.1.parse::<u16>().ok()
        };
        servers.into_iter().flatten().filter_map(port).any(|port| ports.contains(&port))
    }
}
