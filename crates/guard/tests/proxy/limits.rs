//! Limits: each is hit, and what stays below passes.

use std::{
    io::Write,
    net::SocketAddr,
    thread,
    time::{Duration, Instant},
};

use crate::{
    harness::{Guard, Impatient, SOON, Setup},
    upstream::Homeserver,
    wire::{Reply, connect, exchange, head},
};

const PATH: &str = "/_matrix/client/v3/rooms/r/send/t/x";

fn start(key: &str, value: impl Into<serde_json::Value>) -> (Guard, Homeserver) {
    let setup = Setup::new().with(key, value);
    let homeserver = Homeserver::start(&setup.homeserver_socket());
    (setup.start(), homeserver)
}

#[test]
fn a_body_of_exactly_the_limit_passes() {
    let (guard, homeserver) = start("maxBodyBytes", 10);
    let counted = exchange(guard.address, &(head("PUT", PATH, "Content-Length: 10\r\n") + "0123456789"));
    let chunked =
        head("PUT", PATH, "Transfer-Encoding: chunked\r\n") + "5\r\n01234\r\n5\r\n56789\r\n0\r\n\r\n";
    assert_eq!((counted.status(), exchange(guard.address, &chunked).status()), (200, 200));
    assert_eq!(homeserver.seen().iter().map(|seen| seen.bytes).collect::<Vec<_>>(), [10, 10]);
}

#[test]
fn one_byte_more_is_refused_announced_or_not() {
    let (guard, homeserver) = start("maxBodyBytes", 10);
    let counted = exchange(guard.address, &(head("PUT", PATH, "Content-Length: 11\r\n") + "0123456789a"));
    counted.assert_matrix_error(413, "M_TOO_LARGE");
    let chunked =
        head("PUT", PATH, "Transfer-Encoding: chunked\r\n") + "5\r\n01234\r\n6\r\n56789a\r\n0\r\n\r\n";
    exchange(guard.address, &chunked).assert_matrix_error(413, "M_TOO_LARGE");
    assert!(homeserver.seen().is_empty(), "{:?}", homeserver.seen());
}

#[test]
fn a_client_that_goes_on_sending_still_reads_the_refusal() {
    let (guard, _homeserver) = start("maxBodyBytes", 1000);
    let mut stream = connect(guard.address);
    stream.write_all(head("PUT", PATH, "Content-Length: 1310720\r\n").as_bytes()).unwrap();
    for _ in 0..20 {
        stream.write_all(&vec![b'x'; 65536]).expect("the connection was reset before the refusal was read");
        thread::sleep(Duration::from_millis(10));
    }
    Reply::read(stream).assert_matrix_error(413, "M_TOO_LARGE");
}

#[test]
fn a_head_that_is_too_long_is_refused() {
    let (guard, homeserver) = start("maxHeaderBytes", 8192);
    let padded =
        |bytes| exchange(guard.address, &head("GET", PATH, &format!("X-A: {}\r\n", "a".repeat(bytes))));
    assert_eq!(padded(7000).status(), 200);
    assert_eq!(padded(9000).status(), 431);
    assert_eq!(homeserver.seen().len(), 1);
    guard.log.wait_for("http_malformed");
}

#[test]
fn one_connection_too_many_is_told_so_and_a_free_place_serves_again() {
    let (guard, _homeserver) = start("maxConnections", 2);
    let held: Vec<_> = (0..2).map(|_| connect(guard.address)).collect();
    let start = Instant::now();
    while exchange_status(&guard) != 503 {
        assert!(start.elapsed() < SOON, "both places are taken but a third connection is served");
    }
    exchange(guard.address, "").assert_matrix_error(503, "M_UNKNOWN");
    drop(held);
    while exchange_status(&guard) != 200 {
        assert!(start.elapsed() < SOON, "a free place is not given out");
        thread::sleep(Duration::from_millis(20));
    }
}

fn exchange_status(guard: &Guard) -> u16 {
    exchange_on(guard.address)
}

fn exchange_on(address: SocketAddr) -> u16 {
    exchange(address, &head("GET", PATH, "")).status()
}

#[test]
fn a_head_that_never_ends_loses_its_connection() {
    let (guard, _homeserver) = start("headerTimeout", "300ms");
    let start = Instant::now();
    let reply = exchange(guard.address, "GET /_matrix/client/versions HTTP/1.1\r\nHost: x");
    assert!(!reply.text.contains("200"), "{}", reply.text);
    assert!((Duration::from_millis(300)..Duration::from_secs(5)).contains(&start.elapsed()));
}

#[test]
fn a_body_that_never_ends_is_given_up() {
    let setup = Setup::new();
    let homeserver = Homeserver::start(&setup.homeserver_socket());
    let guard = Impatient::start(&setup, Duration::from_millis(300));
    let reply = exchange(guard.address, &(head("PUT", PATH, "Content-Length: 10\r\n") + "01234"));
    reply.assert_matrix_error(408, "M_UNKNOWN");
    assert!(homeserver.seen().is_empty(), "{:?}", homeserver.seen());
}

/// Slow bodies in every place: others are told that there is no room, and after the patience they are served again.
#[test]
fn slow_bodies_give_their_places_back_in_time() {
    const PLACES: usize = 8;
    let setup = Setup::new().with("maxConnections", PLACES);
    let homeserver = Homeserver::start(&setup.homeserver_socket());
    let guard = Impatient::start(&setup, Duration::from_secs(2));
    let slow: Vec<_> = (0..PLACES)
        .map(|_| {
            let mut stream = connect(guard.address);
            let request = head("PUT", PATH, "Content-Length: 1000\r\n") + "{";
            stream.write_all(request.as_bytes()).unwrap();
            stream
        })
        .collect();
    let start = Instant::now();
    while exchange_on(guard.address) != 503 {
        assert!(start.elapsed() < SOON, "every place is taken but one more is served");
    }
    let answers: Vec<u16> = slow.into_iter().map(|stream| Reply::read(stream).status()).collect();
    // One of the places may have been that of the test which waits for the guard.
    let given_up = answers.iter().filter(|status| **status == 408).count();
    assert!(
        given_up >= PLACES - 1 && answers.iter().all(|status| [408, 503].contains(status)),
        "{answers:?}"
    );
    while exchange_on(guard.address) != 200 {
        assert!(start.elapsed() < SOON, "the places are not given back");
        thread::sleep(Duration::from_millis(20));
    }
    let complete = homeserver.seen();
    assert!(complete.iter().all(|seen| seen.method == "GET"), "{complete:?}");
}

#[test]
fn a_body_that_moves_may_take_longer_than_the_patience() {
    let setup = Setup::new();
    let homeserver = Homeserver::start(&setup.homeserver_socket());
    let guard = Impatient::start(&setup, Duration::from_secs(1));
    let mut stream = connect(guard.address);
    stream.write_all(head("PUT", PATH, "Content-Length: 8\r\n").as_bytes()).unwrap();
    for byte in 0..8 {
        thread::sleep(Duration::from_millis(250));
        stream.write_all(&[byte]).unwrap();
    }
    assert_eq!(Reply::read(stream).status(), 200);
    assert_eq!(homeserver.only().bytes, 8);
}
