//! Media servers that fall, rise and leave.

use steer::drains;
use tokio::net::TcpListener;

use crate::harness::{MediaServer, ask, fleet, start};

const TOKYO: &str = "203.0.113.7";
const ALL: [&str; 3] = ["edge-tyo", "edge-lon", "core"];
const WITHOUT_TOKYO: [&str; 2] = ["edge-lon", "core"];

#[tokio::test]
async fn a_server_that_is_not_well_is_left_out_until_it_is_again() {
    let (servers, steer) = fleet().await;
    assert_eq!(steer.told(TOKYO).await, ALL);
    for status in [406, 502, 0] {
        servers[2].answers(status);
        steer.wait_for(TOKYO, &WITHOUT_TOKYO).await;
        assert_eq!(steer.told(TOKYO).await, WITHOUT_TOKYO);
        servers[2].answers(200);
        steer.wait_for(TOKYO, &ALL).await;
    }
}

#[tokio::test]
async fn a_server_that_is_dead_at_the_start_is_told_to_nobody() {
    let (mut servers, _) = fleet().await;
    // Nothing listens on a port that was free a moment ago.
    let gone = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let mut dead = MediaServer::start().await;
    dead.address = gone;
    servers[2] = dead;
    let steer = start(&servers, |_| ()).await;
    assert_eq!(steer.told(TOKYO).await, WITHOUT_TOKYO);
    let status = ask(steer.local, "GET", "/status", "").await.unwrap().json();
    assert_eq!(status["foci"][2]["state"], "unhealthy");
    assert!(status["foci"][2]["servers"][0]["fault"].as_str().unwrap().contains("refused"), "{status}");
}

#[tokio::test]
async fn when_all_look_dead_all_are_told() {
    let (servers, steer) = fleet().await;
    for server in &servers {
        server.answers(503);
    }
    steer.wait_for(TOKYO, &ALL).await;
    servers[1].answers(200);
    steer.wait_for(TOKYO, &["edge-lon"]).await;
}

#[tokio::test]
async fn a_draining_server_leaves_every_list_and_stays_out_over_a_restart() {
    let (servers, steer) = fleet().await;
    let folder = steer.folder.path().join("draining");
    let host = "edge-tyo".parse().unwrap();
    drains::add(&folder, &host).unwrap();
    steer.wait_for(TOKYO, &WITHOUT_TOKYO).await;
    assert_eq!(steer.told(TOKYO).await, WITHOUT_TOKYO);
    let again = start(&servers, |config| config["drainFolder"] = serde_json::json!(folder)).await;
    assert_eq!(again.told(TOKYO).await, WITHOUT_TOKYO);
    drains::remove(&folder, &host).unwrap();
    steer.wait_for(TOKYO, &ALL).await;
    again.wait_for(TOKYO, &ALL).await;
}

#[tokio::test]
async fn the_manifest_can_say_it_too() {
    let (servers, _) = fleet().await;
    let draining = |config: &mut serde_json::Value| config["foci"][2]["servers"][0]["draining"] = true.into();
    let steer = start(&servers, draining).await;
    assert_eq!(steer.told(TOKYO).await, WITHOUT_TOKYO);
}

#[tokio::test]
async fn a_focus_of_several_servers_lasts_while_one_of_them_does() {
    let (servers, _) = fleet().await;
    let second = MediaServer::start().await;
    let steer = start(&servers, |config| {
        let mut other = config["foci"][2]["servers"][0].clone();
        other["host"] = "edge-tyo-2".into();
        other["address"] = serde_json::json!(second.address);
        config["foci"][2]["servers"].as_array_mut().unwrap().push(other);
    })
    .await;
    servers[2].answers(406);
    let host = "edge-tyo".parse().unwrap();
    let folder = steer.folder.path().join("draining");
    drains::add(&folder, &host).unwrap();
    steer
        .wait_local("/status", |answer| {
            let first = &answer.json()["foci"][2]["servers"][0];
            first["healthy"] == false && first["draining"] == true
        })
        .await;
    assert_eq!(steer.told(TOKYO).await, ALL);
    second.answers(406);
    steer.wait_for(TOKYO, &WITHOUT_TOKYO).await;
}
