//! Readiness, and a stop that finishes what it has begun.

use std::{
    io::Write,
    net::TcpStream,
    os::unix::net::UnixDatagram,
    thread,
    time::{Duration, Instant},
};

use crate::{
    harness::{Guard, SOON, Setup},
    upstream::Homeserver,
    wire::{Reply, connect, head},
};

fn start(setup: Setup) -> (Guard, Homeserver) {
    let homeserver = Homeserver::start(&setup.homeserver_socket());
    (setup.start(), homeserver)
}

/// Sends a request and waits until the homeserver has it.
fn in_flight(guard: &Guard, homeserver: &Homeserver, target: &str) -> TcpStream {
    let mut stream = connect(guard.address);
    let request = head("GET", target, "").replace("Connection: close\r\n", "");
    stream.write_all(request.as_bytes()).unwrap();
    let start = Instant::now();
    while homeserver.seen().is_empty() {
        assert!(start.elapsed() < SOON);
        thread::sleep(Duration::from_millis(5));
    }
    stream
}

#[test]
fn requests_in_flight_are_finished() {
    let (mut guard, homeserver) = start(Setup::new());
    let idle = connect(guard.address);
    let stream = in_flight(&guard, &homeserver, "/_matrix/client/slow?2000");
    guard.terminate();
    let start = Instant::now();
    while TcpStream::connect(guard.address).is_ok() {
        assert!(start.elapsed() < Duration::from_secs(1), "a stopping guard takes new connections");
    }
    assert_eq!(guard.wait(Duration::from_millis(100)), None, "the guard has not waited");
    let reply = Reply::read(stream);
    assert_eq!((reply.status(), reply.body()), (200, "{}"), "{}", reply.text);
    assert_eq!(reply.header("connection"), Some("close"));
    assert!(guard.wait(SOON).unwrap().success());
    drop(idle);
}

#[test]
fn a_download_in_flight_is_finished() {
    let (mut guard, homeserver) = start(Setup::new());
    let stream = in_flight(&guard, &homeserver, "/_matrix/media/v3/big?512");
    guard.terminate();
    guard.log.wait_for("stopping");
    let reply = Reply::read(stream);
    assert!(reply.text.len() > 512 * 65536 && reply.text.ends_with("0\r\n\r\n"), "{}", reply.text.len());
    assert!(guard.wait(SOON).unwrap().success());
}

#[test]
fn the_stop_does_not_wait_for_ever() {
    let (mut guard, homeserver) = start(Setup::new().with("stopTimeout", "500ms"));
    let stream = in_flight(&guard, &homeserver, "/_matrix/client/silent");
    let start = Instant::now();
    guard.terminate();
    assert!(guard.wait(SOON).unwrap().success());
    assert!(
        (Duration::from_millis(450)..Duration::from_secs(5)).contains(&start.elapsed()),
        "{:?}",
        start.elapsed()
    );
    assert_eq!(guard.log.wait_for("stopping although work is still in flight")["left"], 1);
    drop(stream);
}

#[test]
fn systemd_is_told_when_the_doors_are_open_and_when_they_close() {
    let setup = Setup::new();
    let path = setup.dir.path().join("notify.sock");
    let systemd = UnixDatagram::bind(&path).unwrap();
    systemd.set_read_timeout(Some(SOON)).unwrap();
    let hear = || {
        let mut buffer = [0; 512];
        let length = systemd.recv(&mut buffer).unwrap();
        String::from_utf8(buffer[..length].to_vec()).unwrap()
    };
    let guard = setup.notifying(&path).start();
    let ready = hear();
    assert!(ready.contains("READY=1\n") && ready.contains(&guard.address.to_string()), "{ready}");
    guard.terminate();
    assert_eq!(hear(), "STOPPING=1\n");
}
