//! Where peers dial, and who may.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::rendered;

type Hosts = BTreeMap<String, Value>;

/// A core with addresses of its own beside the gateway, so that it speaks IPv6.
const PUBLIC_CORE: (&str, &str) = (
    "lan = \"192.168.10.3/24\"\nrouter = \"192.168.10.1\"\n",
    "lan = \"192.168.10.3/24\"\naddress = \"203.0.113.11\"\naddress6 = \"2001:db8::11\"\nrouter = \"203.0.113.1\"\n",
);
const LONDON: &str = "address6 = \"2001:db8:1::10\"\n";
const NEW_YORK: &str = "address6 = \"2001:db8:2::74\"\n";

fn endpoint(hosts: &Hosts, of: &str, to: &str) -> Value {
    let peers = hosts[of]["services"]["wg-fleet"]["peers"].as_array().expect("peers");
    peers.iter().find(|peer| peer["name"] == to).expect("a peer")["endpoint"].clone()
}

fn firewall<'h>(hosts: &'h Hosts, of: &str) -> &'h str {
    hosts[of]["firewall"].as_str().expect("a ruleset")
}

/// `tunnel-endpoint`: who is dialled by IPv6 admits its peers by their addresses of that, and others as before.
#[test]
fn a_host_is_dialled_by_ipv6_where_it_says_so() {
    let six = format!("{LONDON}tunnel-endpoint = \"ipv6\"\n");
    let hosts = rendered(&[PUBLIC_CORE, (LONDON, &six)]);
    assert_eq!(endpoint(&hosts, "core-fra", "edge-lon"), "[2001:db8:1::10]:51820");
    assert_eq!(endpoint(&hosts, "core-fra", "edge-nyc"), "192.0.2.74:51820");
    assert_eq!(endpoint(&hosts, "edge-lon", "core-fra"), "203.0.113.11:51820");
    let rule = "ip6 saddr 2001:db8::11 udp dport 51820 accept";
    assert!(firewall(&hosts, "edge-lon").contains(rule), "{}", firewall(&hosts, "edge-lon"));
    assert!(!firewall(&hosts, "edge-nyc").contains("ip6 saddr 2001"), "{}", firewall(&hosts, "edge-nyc"));
    assert!(firewall(&hosts, "edge-nyc").contains("ip saddr 203.0.113.11 udp dport 51820 accept"));
}

/// Edges of a backbone dial each other, and admit each other where the core is known by its address.
#[test]
fn edges_of_a_backbone_admit_each_other() {
    let backbone = |region: &str| format!("title = \"{region}\"\nmode = \"backbone\"\n");
    let [lon, nyc] = [backbone("London"), backbone("New York")];
    let regions = [("title = \"London\"\n", lon.as_str()), ("title = \"New York\"\n", nyc.as_str())];
    let geo = ("domain = \"meridian.example\"\n", "domain = \"meridian.example\"\nrelay-dns = \"geo\"\n");
    let hosts = rendered(&[PUBLIC_CORE, geo, regions[0], regions[1]]);
    assert_eq!(endpoint(&hosts, "edge-lon", "edge-nyc"), "192.0.2.74:51820");
    let rule = "ip saddr 192.0.2.74 udp dport 51820 accept";
    assert!(firewall(&hosts, "edge-lon").contains(rule), "{}", firewall(&hosts, "edge-lon"));
    let [six_lon, six_nyc] = [LONDON, NEW_YORK].map(|own| format!("{own}tunnel-endpoint = \"ipv6\"\n"));
    let six = [(LONDON, six_lon.as_str()), (NEW_YORK, six_nyc.as_str())];
    let hosts = rendered(&[PUBLIC_CORE, geo, regions[0], regions[1], six[0], six[1]]);
    assert_eq!(endpoint(&hosts, "edge-lon", "edge-nyc"), "[2001:db8:2::74]:51820");
    let rule = "ip6 saddr 2001:db8:2::74 udp dport 51820 accept";
    assert!(firewall(&hosts, "edge-lon").contains(rule), "{}", firewall(&hosts, "edge-lon"));
}
