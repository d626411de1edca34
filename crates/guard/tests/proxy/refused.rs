//! After a refusal the connection goes on, or the answer says that it does not. Traefik keeps its connections, and would
//! send somebody else's request into one that is about to be closed.

use std::{io::Write, thread, time::Duration};

use crate::{
    harness::{Guard, Setup},
    upstream::Homeserver,
    wire::{Reply, connect, exchange, head},
};

const REDACT: &str = "PUT /_matrix/client/v3/rooms/!r:x/redact/$e/1 HTTP/1.1\r\nHost: matrix.x.org\r\n";
const SEND: &str =
    "PUT /_matrix/client/v3/rooms/!r:x/send/m.room.message/1 HTTP/1.1\r\nHost: matrix.x.org\r\n";

/// Writes pieces with a pause between them, and then an ordinary request on the same connection.
fn pieces(guard: &Guard, pieces: &[&str]) -> Reply {
    let mut stream = connect(guard.address);
    for piece in pieces {
        stream.write_all(piece.as_bytes()).unwrap();
        thread::sleep(Duration::from_millis(50));
    }
    // What is closed takes no more.
    let _ = stream.write_all(head("GET", "/_matrix/client/versions", "").as_bytes());
    Reply::read(stream)
}

#[test]
fn a_body_that_comes_after_its_refusal_is_read_and_the_connection_goes_on() {
    let setup = Setup::new();
    let _homeserver = Homeserver::start(&setup.homeserver_socket());
    let guard = setup.start();
    let reply = pieces(&guard, &[REDACT, "Content-Length: 4\r\n\r\n", "{", "  }"]);
    assert_eq!((reply.status(), reply.responses()), (403, 2), "{}", reply.text);
    assert!(reply.header("connection").is_none(), "{}", reply.text);
    let reply = pieces(&guard, &[REDACT, "Transfer-Encoding: chunked\r\n\r\n", "2\r\n{}\r\n", "0\r\n\r\n"]);
    assert_eq!((reply.status(), reply.responses()), (403, 2), "{}", reply.text);
}

#[test]
fn a_body_whose_end_is_not_near_ends_the_connection_and_the_answer_says_so() {
    let setup = Setup::new();
    let _homeserver = Homeserver::start(&setup.homeserver_socket());
    let guard = setup.start();
    let large = format!("{REDACT}Content-Length: 100000\r\n\r\n{}", "x".repeat(70_000));
    let late = format!("{REDACT}Content-Length: 4\r\n\r\n");
    for request in [large, late] {
        let reply = exchange(guard.address, &request);
        assert_eq!((reply.status(), reply.header("connection")), (403, Some("close")), "{}", reply.text);
    }
}

#[test]
fn who_asks_before_sending_is_not_told_to_send() {
    let guard = Setup::new().start();
    let reply =
        exchange(guard.address, &format!("{REDACT}Expect: 100-continue\r\nContent-Length: 4\r\n\r\n"));
    assert_eq!((reply.status(), reply.responses()), (403, 1), "{}", reply.text);
    assert_eq!(reply.header("connection"), Some("close"), "{}", reply.text);
}

#[test]
fn a_body_that_could_not_be_sent_on_ends_the_connection_and_the_answer_says_so() {
    let guard = Setup::new().start();
    let reply = exchange(guard.address, &format!("{SEND}Content-Length: 4\r\n\r\n"));
    assert_eq!((reply.status(), reply.header("connection")), (502, Some("close")), "{}", reply.text);
}
