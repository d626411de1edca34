//! Bodies that are judged: collected within a bound, given up when they do not come, never sent on in part.

use std::{io::Write, thread, time::Duration};

use crate::{
    harness::{Impatient, Setup},
    upstream::Homeserver,
    wire::{Reply, connect, exchange, head},
};

const CREATE: &str = "/_matrix/client/v3/createRoom";

#[test]
fn a_body_that_stops_half_way_is_given_up_and_nothing_arrives() {
    let setup = Setup::new();
    let homeserver = Homeserver::start(&setup.homeserver_socket());
    let guard = Impatient::start(&setup, Duration::from_millis(300));
    let reply = exchange(guard.address, &(head("POST", CREATE, "Content-Length: 20\r\n") + "{\"name\":"));
    reply.assert_matrix_error(408, "M_UNKNOWN");
    assert!(homeserver.seen().is_empty());
}

#[test]
fn a_client_that_goes_away_half_way_leaves_nothing() {
    let setup = Setup::new();
    let homeserver = Homeserver::start(&setup.homeserver_socket());
    let guard = setup.start();
    let mut stream = connect(guard.address);
    stream.write_all((head("POST", CREATE, "Content-Length: 20\r\n") + "{}").as_bytes()).unwrap();
    drop(stream);
    thread::sleep(Duration::from_millis(200));
    assert!(homeserver.seen().is_empty());
    assert_eq!(
        exchange(guard.address, &(head("POST", CREATE, "Content-Length: 2\r\n") + "{}")).status(),
        200
    );
}

#[test]
fn a_body_over_the_limit_is_refused_announced_or_not() {
    let setup = Setup::new();
    let homeserver = Homeserver::start(&setup.homeserver_socket());
    let guard = setup.start();
    let long = format!("{{\"name\":\"{}\"}}", "x".repeat(ingress::MAX_BODY_BYTES));
    let counted = head("POST", CREATE, &format!("Content-Length: {}\r\n", long.len()));
    exchange(guard.address, &(counted + &long)).assert_matrix_error(413, "M_TOO_LARGE");
    let chunked = head("POST", CREATE, "Transfer-Encoding: chunked\r\n");
    let body = format!("{:x}\r\n{long}\r\n0\r\n\r\n", long.len());
    exchange(guard.address, &(chunked + &body)).assert_matrix_error(413, "M_TOO_LARGE");
    assert!(homeserver.seen().is_empty());
}

#[test]
fn many_slow_bodies_need_little_memory_and_keep_nobody_else_waiting() {
    let setup = Setup::new().with("maxConnections", 512);
    let _homeserver = Homeserver::start(&setup.homeserver_socket());
    let guard = setup.start();
    let announced = format!("Content-Length: {}\r\n", ingress::MAX_BODY_BYTES);
    let slow: Vec<_> = (0..256)
        .map(|_| {
            let mut stream = connect(guard.address);
            stream.write_all((head("POST", CREATE, &announced) + "{").as_bytes()).unwrap();
            stream
        })
        .collect();
    assert_eq!(exchange(guard.address, &head("GET", "/_matrix/client/versions", "")).status(), 200);
    exchange(guard.address, &(head("POST", CREATE, "Content-Length: 2\r\n") + "{}"))
        .assert_matrix_error(503, "M_UNKNOWN");
    assert_eq!(guard.log.wait_for("desk_full")["level"], "WARN");
    assert!(guard.peak_memory() < 24 * 1024, "{} KiB", guard.peak_memory());
    drop(slow);
    let start = std::time::Instant::now();
    loop {
        let reply = exchange(guard.address, &(head("POST", CREATE, "Content-Length: 2\r\n") + "{}"));
        if reply.status() == 200 {
            break;
        }
        assert!(start.elapsed() < Duration::from_secs(20), "{}", reply.text);
    }
}

#[test]
fn judged_requests_share_a_connection() {
    let setup = Setup::new();
    let homeserver = Homeserver::start(&setup.homeserver_socket());
    let guard = setup.start();
    let keep = |text: String| text.replace("Connection: close\r\n", "");
    let refused = keep(head("POST", CREATE, "Content-Length: 21\r\n") + "{\"room_version\":\"12\"}");
    let fine = keep(head("POST", CREATE, "Content-Length: 2\r\n") + "{}");
    let last = head("GET", "/_matrix/client/versions", "");
    let mut stream = connect(guard.address);
    stream.write_all(format!("{refused}{fine}{last}").as_bytes()).unwrap();
    let reply = Reply::read(stream);
    let statuses: Vec<_> = reply.text.split("HTTP/1.1 ").skip(1).map(|part| &part[..3]).collect();
    assert_eq!(statuses, ["403", "200", "200"], "{}", reply.text);
    let seen = homeserver.seen();
    assert_eq!(seen.iter().map(|seen| seen.body.len()).collect::<Vec<_>>(), [2, 0]);
}
