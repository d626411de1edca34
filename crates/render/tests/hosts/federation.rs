//! Which servers the fleet talks to, and by which way.

use serde_json::json;

use crate::rendered;

/// `core.homeserver.federate-with`: who may come in, and the way out.
#[test]
fn named_servers_federate_with_the_core() {
    let audit = ("[audit]\nenable = true", "[audit]\nenable = false");
    let with = "role = \"core\"\ncore.homeserver.federate-with = [\"partner.example\"]";
    let hosts = rendered(&[audit, ("role = \"core\"", with)]);
    let global = &hosts["core-fra"]["services"]["tuwunel"]["global"];
    assert_eq!(global["allow_federation"], true);
    assert_eq!(global["allowed_remote_server_names_experimental"], json!(["^partner\\.example$"]));
    let router = &hosts["gw-fra"]["services"]["traefik"]["dynamic"]["http"]["routers"]["matrix-federation"];
    assert!(router["rule"].as_str().is_some_and(|rule| !rule.contains("ClientIP")), "{router}");
    let out = |port: u16| {
        let flows = hosts["core-fra"]["flows"].as_array().expect("a list");
        flows.iter().any(|flow| {
            flow["to"] == "@internet" && flow["unit"] == "tuwunel" && flow["ports"]["first"] == port
        })
    };
    assert!(out(443) && out(8448), "{}", hosts["core-fra"]["flows"]);
    let closed = rendered(&[("rooms = [\"welcome\"]", "link = \"closed-federation\"")]);
    let flows = closed["core-fra"]["flows"].to_string();
    assert!(!flows.contains("federation with the listed servers"), "{flows}");
}

/// The gateway admits federation from the DMZ host's tunnel address only, and dials it: a DMZ host dials nobody.
#[test]
fn a_linked_dmz_host_finds_the_core_through_the_tunnel() {
    let hosts = rendered(&[("rooms = [\"welcome\"]", "link = \"closed-federation\"")]);
    let peers = |host: &str| hosts[host]["services"]["wg-fleet"]["peers"].as_array().expect("peers").clone();
    let gateways = peers("gw-fra");
    let dialled = gateways.iter().find(|peer| peer["name"] == "dmz-fra").expect("a peer");
    assert_eq!(dialled["endpoint"], "203.0.113.20:51820");
    assert!(peers("dmz-fra").iter().all(|peer| peer["endpoint"].is_null()));
    let firewall = hosts["dmz-fra"]["firewall"].as_str().expect("a ruleset");
    assert!(firewall.contains("ip saddr 203.0.113.10 udp dport 51820 accept"), "{firewall}");
    let names = |changes: &[(&str, &str)]| rendered(changes)["dmz-fra"]["network"]["hosts"].clone();
    let gateway = rendered(&[])["gw-fra"]["facts"]["tunnelAddress"].clone();
    let found = names(&[("rooms = [\"welcome\"]", "link = \"closed-federation\"")]);
    let wanted = json!(["meridian.example", "matrix.meridian.example"]);
    assert_eq!(found[gateway.as_str().expect("an address")], wanted);
    assert_eq!(names(&[]), json!({}));
}
