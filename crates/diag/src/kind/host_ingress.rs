//! Complaints of rules on one rendered host: Traefik.

use crate::complaints::area;

area! { $

/// Every connection is TLS 1.3. A lower floor anywhere is a floor for everybody, because clients can be talked down
/// to it.
error tls_floor_lowered: TlsFloorLowered { path: String, version: String }
    message "`{path}` is `{version}`, below TLS 1.3"
    help "remove it; the floor is `VersionTLS13` in every set of TLS options";

/// Two hosts serve the name of a cluster. A certificate authority connects to one address of a name to see who asks, and
/// that may be the other host, which knows nothing of the question: both ask, and both fail.
error shared_name_by_acme: SharedNameByAcme { path: String, domain: String }
    message "`{path}` asks an authority for `{domain}`, which other hosts of the cluster serve, too"
    help "remove it; the certificate of this name is the secret `tls-web` on each node";

/// A router whose rule does not build is dropped, and its requests fall through to the next one. A deny router that
/// is dropped denies nothing.
error router_rule_invalid: RouterRuleInvalid { path: String, detail: String }
    message "the rule of `{path}` does not build: {detail}"
    help "correct the rule; Traefik drops routers that do not build, and starts all the same";

/// Whatever no router names gets 404, and that is the last line of defence. A router that takes everything takes that
/// away.
error router_catch_all: RouterCatchAll { path: String, detail: String }
    message "`{path}` takes more than is meant for it: {detail}"
    help "begin the rule with `Host(…) &&` or `HostSNI(…) &&`, and name the paths";

/// The order of routers decides what is denied. Without a priority it follows the length of the text of each rule, so
/// that a longer host name changes it; above 2147482647 the router is dropped.
error router_priority_missing: RouterPriorityMissing { path: String }
    message "`{path}` is not a number from 1 to 2147482647"
    help "give the router a priority of its own";

/// Two routers of one priority come in any order. Which one answers can change at every reload.
error router_priority_shared: RouterPriorityShared {
    table: String, first: String, second: String, priority: i64,
}
    message "`{table}`: both `{first}` and `{second}` have the priority {priority}"
    help "give one of the two another priority";

/// Every router that lets requests through repeats, negated, what the deny routers deny. When a deny router is
/// dropped, nothing else stands between its requests and the homeserver.
error deny_twin_missing: DenyTwinMissing { path: String, deny: String }
    message "`{path}` does not exclude what `{deny}` denies"
    help "add `&& !(…)` with the condition of `{deny}` to its rule";

/// Administration, figures, panels and room management have no way in from the internet. Each of them trusts whoever
/// gets there.
error route_private: RoutePrivate { path: String, request: String }
    message "`{path}` lets anybody on the internet reach {request}"
    help "exclude the path in the rule of this router, or require `ClientIP(…)` with a tunnel address";

/// Paths are judged, then passed on as they are. A middleware that rewrites them afterwards makes the judgement
/// worthless; this has been the way round path rules several times.
error router_rewrites_path: RouterRewritesPath { path: String, middleware: String }
    message "`{path}` leads to the homeserver and rewrites the path (`{middleware}`)"
    help "remove the middleware from this router";

/// An upgraded connection is a tunnel past every rule. Nothing of Matrix upgrades, so the header is removed on the
/// way to the homeserver (CVE-2026-88008).
error router_forwards_upgrade: RouterForwardsUpgrade { path: String }
    message "`{path}` leads to the homeserver and passes the header `Upgrade` on"
    help "add a middleware with `headers.customRequestHeaders.Upgrade = \"\"`, which removes it";

/// Traefik stands at the edge: what clients say about their own address is worth nothing. Whoever is believed can be
/// anybody, the core included.
error entrypoint_trusts_headers: EntrypointTrustsHeaders { path: String }
    message "`{path}` believes every client about its address"
    help "remove it; nobody stands before this Traefik";

/// Programs disagree about encoded backslashes, null characters and semicolons in a path. Nothing of Matrix needs
/// them, and Traefik allows them unless it is told not to.
error encoded_characters_open: EncodedCharactersOpen { path: String }
    message "`{path}` is not `false`"
    help "set it to `false`; only slash, hash, percent and question mark have a use in Matrix paths";

/// Traefik takes `..` and double slashes out of a path before it looks at it. Without that the router and the
/// homeserver see different paths.
error path_cleaning_off: PathCleaningOff { path: String }
    message "`{path}` is off"
    help "remove it; paths are cleaned by default";

/// The dashboard shows every route, `ping` and figures show that and how the machine lives. None has a password, so
/// none is on a public port.
error control_panel_open: ControlPanelOpen { path: String }
    message "`{path}` opens a panel or figures to everybody"
    help "remove it, or give it an entry point on 127.0.0.1 or in the tunnel";

/// Request lines, paths and headers hold names of rooms and people. Old clients put their token into the query. What
/// is not written cannot leak.
error access_log_too_wide: AccessLogTooWide { path: String }
    message "`{path}` is not `drop`, so the access log holds names or tokens"
    help "set it to `drop`";

}
