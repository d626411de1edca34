//! Where the certificates of hosts come from.

use serde_json::{Value, json};

use crate::{HOSTS, rendered};

/// An authority connects to one address of a name, so the nodes of a cluster are brought the certificate of theirs.
#[test]
fn the_certificate_of_a_shared_name_is_brought() {
    let resolvers = |host: &Value, kind: &str| -> Vec<bool> {
        let routers = host["services"]["traefik"]["dynamic"][kind]["routers"].as_object();
        routers.into_iter().flatten().map(|(_, router)| router["tls"].get("certResolver").is_some()).collect()
    };
    let brought = |host: &Value| {
        let file = "/run/credentials/traefik.service/tls-web";
        let listed = &host["services"]["traefik"]["dynamic"]["tls"]["certificates"];
        let is_listed = *listed == json!([{ "certFile": file, "keyFile": file }]);
        let is_given = host["units"]["traefik"]["credentials"] == json!({ "tls-web": "tls-web" });
        let is_needed = host["secrets"]["tls-web"]["units"] == json!(["traefik"]);
        assert!(is_listed == is_given && is_given == is_needed, "{listed}");
        is_listed
    };
    let asks = |host: &Value| {
        let has_flow = host["flows"]
            .as_array()
            .is_some_and(|flows| flows.iter().any(|flow| flow["why"] == "certificates (ACME)"));
        let resolver = host["services"]["traefik"]["static"].get("certificatesResolvers").is_some();
        assert_eq!(has_flow, resolver);
        resolver
    };
    for (name, is_shared) in
        [("edge-tyo-1", true), ("edge-tyo-2", true), ("edge-lon", false), ("gw-fra", false)]
    {
        let host = &HOSTS[name];
        assert!(asks(host), "{name} has a name of its own");
        assert_eq!(brought(host), is_shared, "{name}");
        assert!(resolvers(host, "http").into_iter().all(|asked| asked != is_shared), "{name}");
    }
    assert_eq!(resolvers(&HOSTS["edge-tyo-1"], "tcp"), [true], "the relay's name is its own");
    // coturn ends TLS itself, so no name is left to ask for.
    let stands_in = "role = \"core\"\ncore.public-media = false\ncore.media-host = \"edge-tyo-1\"";
    let hosts = rendered(&[("role = \"core\"", stands_in)]);
    assert!(brought(&hosts["edge-tyo-1"]) && !asks(&hosts["edge-tyo-1"]));
    // Without an account everything is brought, and what is brought is in the same file.
    let hosts = rendered(&[("acme-email = \"ops@meridian.example\"", "")]);
    for name in ["edge-tyo-1", "edge-lon", "gw-fra"] {
        assert!(brought(&hosts[name]) && !asks(&hosts[name]), "{name}");
    }
}
