//! The optional database: used when it is good, a warning when it is not.

use fs_err as fs;

use crate::{
    harness::{ask, fleet, start},
    mmdb::{Entry, database},
};

const LONDON: [&str; 3] = ["edge-lon", "edge-tyo", "core"];
const TOKYO: [&str; 3] = ["edge-tyo", "edge-lon", "core"];

fn world() -> Vec<u8> {
    let entry = |network: &str, country, position| Entry {
        network: network.parse().unwrap(),
        prefix: 24,
        country,
        position,
    };
    database(&[
        entry("192.0.2.0", "JP", None),
        entry("198.18.0.0", "KR", Some((37.57, 126.98))),
        entry("198.18.1.0", "FR", Some((48.85, 2.35))),
        // In a region's network, which decides.
        entry("198.51.100.0", "JP", None),
    ])
}

async fn loaded(steer: &crate::harness::Steer) -> bool {
    let page = ask(steer.local, "GET", "/metrics", "").await.unwrap().body;
    page.lines().any(|line| line == "rampart_steer_geoip_loaded 1")
}

#[tokio::test]
async fn a_database_places_whom_no_network_places() {
    let (servers, _) = fleet().await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("city.mmdb");
    fs::write(&file, world()).unwrap();
    let steer = start(&servers, |config| config["geoipDatabase"] = serde_json::json!(file)).await;
    assert!(loaded(&steer).await);
    assert_eq!(steer.told("192.0.2.9").await, TOKYO);
    assert_eq!(steer.told("198.18.0.9").await, TOKYO);
    assert_eq!(steer.told("198.18.1.9").await, LONDON);
    assert_eq!(steer.told("198.51.100.9").await, LONDON);
    // Unknown to it, and of a family that it does not have.
    assert_eq!(steer.told("198.18.2.9").await, LONDON);
    assert_eq!(steer.told("2001:db8:ffff::9").await, LONDON);
}

#[tokio::test]
async fn without_a_usable_database_people_are_steered_all_the_same() {
    let (servers, _) = fleet().await;
    let folder = tempfile::tempdir().unwrap();
    let good = world();
    let mut torn = good.clone();
    torn[..200].fill(0xff);
    for (name, bytes) in [
        ("missing", None),
        ("empty", Some(Vec::new())),
        ("text", Some(b"<html>not found</html>".to_vec())),
        ("short", Some(good[good.len() / 2..].to_vec())),
        ("torn", Some(torn)),
    ] {
        let file = folder.path().join(name);
        if let Some(bytes) = bytes {
            fs::write(&file, bytes).unwrap();
        }
        let steer = start(&servers, |config| config["geoipDatabase"] = serde_json::json!(file)).await;
        assert_eq!(steer.told("198.51.100.9").await, LONDON, "{name}");
        assert_eq!(steer.told("192.0.2.9").await, LONDON, "{name}");
        assert!(!loaded(&steer).await, "{name}");
    }
    let folder_as_file = start(&servers, |config| config["geoipDatabase"] = "/".into()).await;
    assert_eq!(folder_as_file.told("192.0.2.9").await, LONDON);
}
