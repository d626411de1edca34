//! The homeserver is down, dies, or is silent: an error at once, and no hand is needed afterwards.

use std::{
    io::{Read, Write},
    os::unix::net::{UnixListener, UnixStream},
    time::{Duration, Instant},
};

use socket2::{Domain, SockAddr, Socket, Type};

use crate::{
    harness::{Guard, Impatient, SOON, Setup},
    upstream::{FAILED, Homeserver},
    wire::{Reply, connect, exchange, head},
};

const PATH: &str = "/_matrix/client/versions";

#[test]
fn a_missing_homeserver_is_a_matrix_error_until_it_is_there() {
    let guard = Setup::new().start();
    let start = Instant::now();
    exchange(guard.address, &head("GET", PATH, "")).assert_matrix_error(502, "M_UNKNOWN");
    assert!(start.elapsed() < Duration::from_secs(2));
    let _homeserver = Homeserver::start(&guard.setup.homeserver_socket());
    assert_eq!(exchange(guard.address, &head("GET", PATH, "")).status(), 200);
    let record = guard.log.wait_for("upstream_unreachable");
    assert_eq!(record["level"], "WARN");
    assert!(record["cause"].as_str().unwrap().contains("No such file"), "{record}");
    assert_eq!(guard.log.text().matches("upstream_unreachable").count(), 1, "{}", guard.log.text());
}

#[test]
fn a_socket_that_nobody_serves_is_a_matrix_error() {
    let setup = Setup::new();
    drop(UnixListener::bind(setup.homeserver_socket()).unwrap());
    let guard = setup.start();
    exchange(guard.address, &head("GET", PATH, "")).assert_matrix_error(502, "M_UNKNOWN");
}

#[test]
fn a_socket_whose_queue_is_full_is_a_matrix_error_in_time() {
    let setup = Setup::new().with("upstreamConnectTimeout", "500ms");
    let socket = Socket::new(Domain::UNIX, Type::STREAM, None).unwrap();
    socket.bind(&SockAddr::unix(setup.homeserver_socket()).unwrap()).unwrap();
    socket.listen(0).unwrap();
    let _queued = UnixStream::connect(setup.homeserver_socket()).unwrap();
    let guard = setup.start();
    let start = Instant::now();
    exchange(guard.address, &head("GET", PATH, "")).assert_matrix_error(502, "M_UNKNOWN");
    assert!(
        (Duration::from_millis(500)..Duration::from_secs(4)).contains(&start.elapsed()),
        "{:?}",
        start.elapsed()
    );
}

#[test]
fn a_restarted_homeserver_is_found_again() {
    let setup = Setup::new();
    let homeserver = Homeserver::start(&setup.homeserver_socket());
    let guard = setup.start();
    assert_eq!(exchange(guard.address, &head("GET", PATH, "")).status(), 200);
    drop(homeserver);
    let _homeserver = Homeserver::start(&guard.setup.homeserver_socket());
    assert_eq!(exchange(guard.address, &head("GET", PATH, "")).status(), 200);
}

#[test]
fn an_answer_that_breaks_off_is_not_passed_on_as_complete() {
    let setup = Setup::new();
    let _homeserver = Homeserver::start(&setup.homeserver_socket());
    let guard = setup.start();
    let reply = exchange(guard.address, &head("GET", "/_matrix/client/dies", ""));
    assert_eq!(reply.status(), 200);
    assert!(reply.body().contains("first"), "{}", reply.text);
    assert!(!reply.text.ends_with("0\r\n\r\n"), "{}", reply.text);
    assert_eq!(guard.log.wait_for("upstream_broken")["level"], "WARN");
}

#[test]
fn a_homeserver_killed_in_the_middle_of_a_request_is_a_matrix_error() {
    let setup = Setup::new();
    let listener = UnixListener::bind(setup.homeserver_socket()).unwrap();
    let guard = setup.start();
    let mut client = connect(guard.address);
    let request = head("PUT", "/_matrix/client/v3/rooms/r/send/t/x", "Content-Length: 10\r\n") + "01234";
    client.write_all(request.as_bytes()).unwrap();
    let mut homeserver = listener.accept().unwrap().0;
    homeserver.set_read_timeout(Some(SOON)).unwrap();
    assert!(homeserver.read(&mut [0; 16]).unwrap() > 0);
    drop(homeserver);
    Reply::read(client).assert_matrix_error(502, "M_UNKNOWN");
}

#[test]
fn an_answer_that_is_no_http_is_a_matrix_error() {
    for nonsense in [&b"SSH-2.0-x\r\n\r\n"[..], b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\n"] {
        let setup = Setup::new();
        let _homeserver = crate::upstream::raw(&setup.homeserver_socket(), nonsense);
        let guard = setup.start();
        exchange(guard.address, &head("GET", PATH, "")).assert_matrix_error(502, "M_UNKNOWN");
    }
}

#[test]
fn a_silent_homeserver_is_a_matrix_error_in_time() {
    let setup = Setup::new();
    let _homeserver = Homeserver::start(&setup.homeserver_socket());
    let guard = Impatient::start(&setup, Duration::from_millis(400));
    let start = Instant::now();
    exchange(guard.address, &head("GET", "/_matrix/client/silent", "")).assert_matrix_error(504, "M_UNKNOWN");
    assert!(
        (Duration::from_millis(400)..Duration::from_secs(4)).contains(&start.elapsed()),
        "{:?}",
        start.elapsed()
    );
}

#[test]
fn a_client_that_goes_away_frees_the_homeserver() {
    let setup = Setup::new();
    let listener = UnixListener::bind(setup.homeserver_socket()).unwrap();
    let guard = setup.start();
    let mut client = connect(guard.address);
    client.write_all(head("GET", "/_matrix/client/v3/sync", "").as_bytes()).unwrap();
    let mut homeserver = listener.accept().unwrap().0;
    homeserver.set_read_timeout(Some(SOON)).unwrap();
    assert!(homeserver.read(&mut [0; 4096]).unwrap() > 0);
    drop(client);
    assert_eq!(homeserver.read(&mut [0; 4096]).unwrap(), 0, "the request is kept open");
}

/// Sends a message; the last word of its path says what the homeserver does.
fn sent(guard: &Guard, word: &str) -> Reply {
    let path = format!("/_matrix/client/v3/rooms/!r:x.org/send/m.room.message/{word}");
    exchange(guard.address, &(head("PUT", &path, "Content-Length: 2\r\n") + "{}"))
}

#[test]
fn want_of_room_is_said_in_words_and_names_no_path_of_the_host() {
    let setup = Setup::new();
    let _homeserver = Homeserver::start(&setup.homeserver_socket());
    let guard = setup.start();
    let reply = sent(&guard, "full");
    reply.assert_matrix_error(507, "M_UNKNOWN");
    assert!(reply.body().contains("no room left") && !reply.text.contains("/var/lib"), "{}", reply.text);
    assert_eq!(guard.log.wait_for("volume_full")["level"], "WARN");
}

#[test]
fn another_failure_of_the_homeserver_is_passed_on_as_it_is() {
    let setup = Setup::new();
    let _homeserver = Homeserver::start(&setup.homeserver_socket());
    let guard = setup.start();
    let reply = sent(&guard, "fails");
    assert_eq!((reply.status(), reply.body()), (500, FAILED));
    assert!(reply.text.contains("x-own: 1\r\n"), "{}", reply.text);
    // Which no error is as long as.
    sent(&guard, "fails-on").assert_matrix_error(502, "M_UNKNOWN");
}
