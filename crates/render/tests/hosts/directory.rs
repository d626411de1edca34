//! Hosts of a core that asks a directory or a provider about people.

use serde_json::{Value, json};

use super::rendered;

/// A core whose people log in by a directory.
pub(super) const BY_DIRECTORY: &str = "role = \"core\"\ncore.accounts = \"ldap\"\ncore.ldap.uri = \"ldaps://ldap.meridian.example:3269\"\n\
    core.ldap.base-dn = \"dc=meridian\"\ncore.ldap.bind-dn = \"cn=matrix\"";
/// By a provider, with a directory for the bot alone.
const BY_PROVIDER: &str = "role = \"core\"\ncore.accounts = \"oidc\"\ncore.ldap.uri = \"ldaps://ldap.meridian.example\"\n\
    core.ldap.base-dn = \"dc=meridian\"\ncore.ldap.bind-dn = \"cn=matrix\"\n\
    core.oidc.issuer = \"https://id.meridian.example:8443/realms/staff\"\ncore.oidc.client-id = \"matrix\"";

/// Whoever is asked about people outside the fleet is in the list of flows, once for each who asks.
#[test]
fn what_asks_a_directory_or_a_provider_has_a_flow() {
    let asked = |core: &str| {
        let core = rendered(&[("role = \"core\"", core)]).remove("core-fra").expect("a core");
        let outwards = |flow: &&Value| flow["from"] == "core-fra" && flow["to"] == "@internet";
        let ours = |flow: &&Value| ["tuwunel", "rampart-broker"].iter().any(|unit| flow["unit"] == **unit);
        let flows = core["flows"].as_array().expect("flows").iter().filter(outwards).filter(ours);
        flows
            .map(|flow| {
                assert_eq!((&flow["protocol"], &flow["kind"]), (&json!("tcp"), &json!("accept")));
                assert_eq!(flow["ports"]["first"], flow["ports"]["last"]);
                (flow["unit"].as_str().expect("a unit").to_owned(), flow["ports"]["first"].clone())
            })
            .collect::<Vec<_>>()
    };
    let flow = |unit: &str, port: u16| (unit.to_owned(), json!(port));
    assert_eq!(asked("role = \"core\""), []);
    assert_eq!(asked(BY_DIRECTORY), [flow("rampart-broker", 3269), flow("tuwunel", 3269)]);
    assert_eq!(asked(BY_PROVIDER), [flow("rampart-broker", 636), flow("tuwunel", 8443)]);
}

/// A directory is known by its name alone, so its broker may dial anybody. It has all other walls.
#[test]
fn a_broker_that_asks_a_directory_keeps_its_other_walls() {
    let walls = |core: &str| {
        let core = rendered(&[("role = \"core\"", core)]).remove("core-fra").expect("a core");
        core["units"]["rampart-broker"]["confinement"].clone()
    };
    let (alone, asking) = (walls("role = \"core\""), walls(BY_DIRECTORY));
    assert_eq!(alone["peers"], json!([]));
    assert!(asking.is_object() && asking["peers"].is_null(), "{asking}");
    for wall in ["loopback", "listens", "memory"] {
        assert!(!alone[wall].is_null(), "{alone}");
        assert_eq!(asking[wall], alone[wall], "{wall}");
    }
}
