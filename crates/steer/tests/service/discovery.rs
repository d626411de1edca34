//! What clients are told, and how.

use crate::harness::{DOCUMENT, STABLE, UNSTABLE, ask, fleet};

#[tokio::test]
async fn each_region_is_told_its_own_order_on_every_surface() {
    let (_servers, steer) = fleet().await;
    assert_eq!(steer.told("198.51.100.7").await, ["edge-lon", "edge-tyo", "core"]);
    assert_eq!(steer.told("203.0.113.7").await, ["edge-tyo", "edge-lon", "core"]);
    assert_eq!(steer.told("2001:db8:1::7").await, ["edge-lon", "edge-tyo", "core"]);
    assert_eq!(steer.told("192.0.2.1").await, ["edge-lon", "edge-tyo", "core"]);
    let document = steer.get(DOCUMENT, "203.0.113.7").await.json();
    assert_eq!(document["m.homeserver"]["base_url"], "https://matrix.meridian.example");
    let entry = &steer.get(STABLE, "203.0.113.7").await.json()["rtc_transports"][0];
    assert_eq!(entry.as_object().unwrap().len(), 2, "{entry}");
    assert_eq!(entry["type"], "livekit");
}

#[tokio::test]
async fn web_clients_may_read_and_nobody_may_keep() {
    let (_servers, steer) = fleet().await;
    for (method, path, status) in [
        ("GET", UNSTABLE, 200),
        ("GET", DOCUMENT, 200),
        ("HEAD", STABLE, 200),
        ("OPTIONS", UNSTABLE, 204),
        ("OPTIONS", DOCUMENT, 204),
        ("POST", UNSTABLE, 405),
        ("GET", "/_matrix/client/versions", 404),
        ("GET", "/metrics", 404),
    ] {
        let answer = ask(steer.address, method, path, "").await.unwrap();
        assert_eq!(answer.status, status, "{method} {path}");
        for header in [
            "access-control-allow-origin: *",
            "access-control-allow-headers: x-requested-with, content-type, authorization",
            "cache-control: no-store",
        ] {
            assert!(answer.head.contains(header), "{method} {path}: {}", answer.head);
        }
        assert!(status == 204 || answer.head.contains("content-type: application/json"), "{method} {path}");
        assert!(method != "HEAD" || answer.body.is_empty());
        if status >= 400 {
            assert_eq!(answer.json()["errcode"], "M_UNRECOGNIZED", "{method} {path}");
        }
    }
}

#[tokio::test]
async fn only_what_the_gateway_says_of_a_client_counts() {
    let (_servers, steer) = fleet().await;
    let tokyo = ["edge-tyo", "edge-lon", "core"];
    assert_eq!(steer.told("198.51.100.7, 203.0.113.7").await, tokyo);
    assert_eq!(steer.told("198.51.100.7, 203.0.113.7, 127.0.0.1").await, tokyo);
    assert_eq!(steer.told("203.0.113.7, nonsense").await, ["edge-lon", "edge-tyo", "core"]);
    let (servers, _) = fleet().await;
    let stranger = crate::harness::start(&servers, |config| {
        config["trustedProxies"] = serde_json::json!(["127.0.0.2"]);
    })
    .await;
    assert_eq!(stranger.told("203.0.113.7").await, ["edge-lon", "edge-tyo", "core"]);
}

#[tokio::test]
async fn metrics_and_state_are_on_another_address_and_name_no_client() {
    let (_servers, steer) = fleet().await;
    steer.told("203.0.113.7").await;
    let page = ask(steer.local, "GET", "/metrics", "").await.unwrap().body;
    for line in [
        "rampart_steer_answers_total{surface=\"transports\",by=\"network\"} 2",
        "rampart_steer_answers_total{surface=\"well_known\",by=\"network\"} 1",
        "rampart_steer_refusals_total{reason=\"path_unknown\"} 0",
        "rampart_steer_focus_open{focus=\"edge-tyo\"} 1",
        "rampart_steer_server_participants{host=\"edge-tyo\"} 5",
        "rampart_steer_geoip_loaded 0",
    ] {
        assert!(page.lines().any(|found| found == line), "{line}\n{page}");
    }
    let status = ask(steer.local, "GET", "/status", "").await.unwrap();
    assert!(!page.contains("203.0.113") && !status.body.contains("203.0.113"));
    assert_eq!(status.json()["foci"][2]["servers"][0]["figures"]["participants"], 5);
    assert_eq!(ask(steer.local, "GET", UNSTABLE, "").await.unwrap().status, 404);
}
