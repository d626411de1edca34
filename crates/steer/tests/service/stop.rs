//! Ends.

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

use crate::harness::{PATIENCE, fleet};

#[tokio::test]
async fn idle_connections_do_not_hold_a_stop_up() {
    let (_servers, steer) = fleet().await;
    let mut idle = TcpStream::connect(steer.address).await.unwrap();
    idle.write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
    let mut buffer = [0; 4096];
    let read = idle.read(&mut buffer).await.unwrap();
    assert!(buffer[..read].starts_with(b"HTTP/1.1 200"));
    steer.stop.cancel();
    assert!(timeout(PATIENCE, steer.ended).await.unwrap().unwrap());
    assert_eq!(idle.read(&mut buffer).await.unwrap(), 0);
    assert!(TcpStream::connect(steer.address).await.is_err());
}

#[tokio::test]
async fn an_address_that_is_taken_is_a_start_error() {
    let (servers, steer) = fleet().await;
    let folder = tempfile::tempdir().unwrap();
    let mut config = crate::harness::config(&servers.iter().collect::<Vec<_>>(), &folder);
    config["listen"] = serde_json::json!(steer.address);
    config["local"] = "127.0.0.1:0".into();
    let file = folder.path().join("steer.json");
    fs_err::write(&file, config.to_string()).unwrap();
    let loaded = steer::load::load(&file).unwrap();
    let error = steer::run(loaded, steer.stop.clone()).await.unwrap_err();
    assert_eq!(error.to_string(), format!("cannot listen on {}", steer.address));
}
