//! Bodies that are judged: collected within a bound, given up when they do not come, never sent on in part.

use std::{
    io::Write,
    net::TcpStream,
    thread,
    time::{Duration, Instant},
};

use crate::{
    harness::{Guard, Impatient, SOON, Setup},
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

/// Connections that have sent the beginning of a body and wait.
fn hold(guard: &Guard, count: usize, sent: usize) -> Vec<TcpStream> {
    let announced = format!("Content-Length: {}\r\n", ingress::MAX_BODY_BYTES);
    let beginning = head("POST", CREATE, &announced) + &" ".repeat(sent);
    let begin = |_| {
        let mut stream = connect(guard.address);
        stream.write_all(beginning.as_bytes()).unwrap();
        stream
    };
    (0..count).map(begin).collect()
}

fn create(guard: &Guard) -> Reply {
    exchange(guard.address, &(head("POST", CREATE, "Content-Length: 2\r\n") + "{}"))
}

#[test]
fn many_slow_bodies_keep_nobody_waiting() {
    let setup = Setup::new().with("maxConnections", 512);
    let _homeserver = Homeserver::start(&setup.homeserver_socket());
    let guard = setup.start();
    let slow = hold(&guard, 400, 1);
    let start = Instant::now();
    assert_eq!(create(&guard).status(), 200);
    assert!(start.elapsed() < Duration::from_secs(2), "{:?}", start.elapsed());
    drop(slow);
}

#[test]
fn bodies_together_have_a_bound_and_its_end_is_an_error_in_time() {
    let setup = Setup::new().with("maxConnections", 512);
    let _homeserver = Homeserver::start(&setup.homeserver_socket());
    let guard = setup.start();
    let slow = hold(&guard, 64, ingress::MAX_BODY_BYTES - 1);
    let start = Instant::now();
    while guard.log.text().matches("desk_full").count() == 0 {
        assert!(start.elapsed() < SOON, "there is always room");
        create(&guard);
    }
    assert_eq!(exchange(guard.address, &head("GET", "/_matrix/client/versions", "")).status(), 200);
    assert!(guard.peak_memory() < 32 * 1024, "{} KiB", guard.peak_memory());
    drop(slow);
    let start = Instant::now();
    while create(&guard).status() != 200 {
        assert!(start.elapsed() < SOON, "the room is not given back");
    }
}

#[test]
fn bodies_that_need_more_room_together_than_there_is_do_not_wait_for_each_other() {
    let setup = Setup::new().with("maxConnections", 512);
    let _homeserver = Homeserver::start(&setup.homeserver_socket());
    let guard = setup.start();
    // 64 times 130 KiB are more than the 8 MiB for all bodies; nobody is done yet.
    let sent = 130 * 1024;
    let half = hold(&guard, 64, sent);
    thread::sleep(Duration::from_millis(500));
    let rest = " ".repeat(ingress::MAX_BODY_BYTES - sent - 2) + "{}";
    let start = Instant::now();
    let finish = &|mut stream: TcpStream| {
        stream.write_all(rest.as_bytes()).unwrap();
        Reply::read(stream).status()
    };
    let statuses: Vec<u16> = thread::scope(|scope| {
        let finishing: Vec<_> = half.into_iter().map(|stream| scope.spawn(move || finish(stream))).collect();
        finishing.into_iter().map(|one| one.join().unwrap()).collect()
    });
    assert_eq!(statuses, [200; 64]);
    assert!(start.elapsed() < Duration::from_secs(4), "{:?}", start.elapsed());
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
