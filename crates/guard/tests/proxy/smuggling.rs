//! Requests that two readers could take for two different things.

use std::io::Write;

use crate::{
    harness::{Guard, Setup},
    upstream::{Homeserver, raw},
    wire::{Reply, connect, exchange, head},
};

fn pair() -> (Guard, Homeserver) {
    let setup = Setup::new();
    let homeserver = Homeserver::start(&setup.homeserver_socket());
    (setup.start(), homeserver)
}

/// Sends to a guard in front of a raw homeserver, and returns the reply and the bytes that went up.
fn bytes_upstream(request: &str) -> (Reply, String) {
    let setup = Setup::new();
    let bytes = raw(&setup.homeserver_socket(), b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}");
    let guard = setup.start();
    let reply = exchange(guard.address, request);
    drop(guard);
    (reply, bytes.join().unwrap())
}

const SMUGGLED: &str = "GET /_synapse/admin/v1/users HTTP/1.1\r\nHost: x.org\r\n\r\n";

/// RFC 9112, section 6.3 lets a server refuse them. The guard cannot: hyper takes the length away in either order, before
/// there is a request that a rule could look at (1.12, `src/proto/h1/role.rs`), and closes the connection behind it.
#[test]
fn both_lengths_leave_as_one_chunked_message_and_end_the_connection() {
    for lines in [
        "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
    ] {
        let head = format!("PUT /_matrix/client/v3/rooms/r/send/t/x HTTP/1.1\r\nHost: x.org\r\n{lines}\r\n");
        let (reply, bytes) = bytes_upstream(&format!("{head}0\r\n\r\n{SMUGGLED}"));
        assert_eq!(reply.responses(), 1, "{}", reply.text);
        let lower = bytes.to_ascii_lowercase();
        assert!(lower.contains("transfer-encoding: chunked\r\n"), "{bytes}");
        assert!(!lower.contains("content-length") && !lower.contains("_synapse"), "{bytes}");
        assert!(lower.ends_with("\r\n\r\n0\r\n\r\n"), "{bytes}");
    }
}

#[test]
fn a_chunked_body_is_chunked_anew_without_extensions_and_trailers() {
    let body = "3;ext=\"a\"\r\nabc\r\n0\r\nX-Forwarded-For: 6.6.6.6\r\n\r\n";
    let lines = "Trailer: X-Forwarded-For\r\nTransfer-Encoding: chunked\r\n";
    let (reply, bytes) = bytes_upstream(&(head("PUT", "/_matrix/client/v3/rooms/r/send/t/x", lines) + body));
    assert_eq!(reply.status(), 200, "{}", reply.text);
    assert!(bytes.ends_with("\r\n\r\n3\r\nabc\r\n0\r\n\r\n"), "{bytes}");
    assert!(!bytes.contains("6.6.6.6") && !bytes.contains("ext="), "{bytes}");
}

#[test]
fn a_fragment_stays_here() {
    let (reply, bytes) = bytes_upstream(&head("GET", "/_matrix/client/versions#/../_synapse", ""));
    let kept = bytes.starts_with("GET /_matrix/client/versions HTTP/1.1\r\n");
    assert!(kept || (reply.status() == 400 && bytes.is_empty()), "{bytes}");
}

#[test]
fn malformed_heads_are_refused_and_end_the_connection() {
    let (guard, homeserver) = pair();
    for lines in [
        "Content-Length: 2\r\nContent-Length: 3\r\n",
        "Content-Length: +2\r\n",
        "Content-Length: 2, 2\r\n",
        "Content-Length : 2\r\n",
        "X-A: 1\r\n folded: yes\r\n",
        "X-A: 1\r\n\tTransfer-Encoding: chunked\r\n",
        "X-A: a\rb\r\n",
        "X-A: a\0b\r\n",
        "Transfer-Encoding: chunked, identity\r\n",
        "Transfer-Encoding: xchunked\r\n",
        "Transfer-Encoding: gzip, chunked\r\n",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: \x0bchunked\r\n",
        "Host: y.org\r\n",
        ": nameless\r\n",
        "no colon\r\n",
    ] {
        let request = format!(
            "PUT /_matrix/client/v3/rooms/r/send/t/x HTTP/1.1\r\nHost: x.org\r\n{lines}\r\n{{}}{SMUGGLED}"
        );
        let reply = exchange(guard.address, &request);
        assert_eq!((reply.status(), reply.responses()), (400, 1), "{lines:?} gave {}", reply.text);
    }
    assert!(homeserver.seen().is_empty(), "{:?}", homeserver.seen());
}

#[test]
fn bad_chunks_never_become_a_complete_request() {
    let (guard, homeserver) = pair();
    for chunks in [
        "zz\r\nabc\r\n0\r\n\r\n",
        "-1\r\n",
        "3\r\nabcd\r\n0\r\n\r\n",
        "ffffffffffffffffff\r\n",
        "3 \x01\r\nabc",
    ] {
        let lines = "Transfer-Encoding: chunked\r\n";
        let request =
            head("PUT", "/_matrix/client/v3/rooms/r/send/t/x", lines).replace("Connection: close\r\n", "");
        let reply = exchange(guard.address, &format!("{request}{chunks}{SMUGGLED}"));
        assert_eq!((reply.status(), reply.responses()), (400, 1), "{chunks:?} gave {}", reply.text);
    }
    assert!(homeserver.seen().is_empty(), "{:?}", homeserver.seen());
}

#[test]
fn targets_that_are_no_paths_are_refused() {
    let (guard, homeserver) = pair();
    for target in [
        "x:http://h/_matrix/client/versions",
        "http:http://h/_matrix/client/versions",
        "http:_matrix/client/versions",
        "http://x.org/_matrix/client/versions",
        "_matrix/client/versions",
        "x.org:443",
        "*",
        "?/_matrix/client/versions",
        "//x.org/_matrix/client/versions",
        "/_matrix/../_synapse/admin/v1/users",
        "/_matrix/client/..%2f..%2f_synapse/admin",
        "/_matrix\\client",
        "/_matrix/client/%00",
    ] {
        let reply = exchange(guard.address, &head("GET", target, ""));
        assert_eq!(reply.status(), 400, "{target} gave {}", reply.text);
    }
    assert!(homeserver.seen().is_empty(), "{:?}", homeserver.seen());
}

#[test]
fn other_protocols_and_methods_are_refused() {
    let (guard, homeserver) = pair();
    for (request, status) in [
        ("GET /_matrix/client/versions HTTP/1.0\r\nHost: x.org\r\n\r\n".to_owned(), 505),
        ("GET /_matrix/client/versions\r\n\r\n".to_owned(), 400),
        (head("CONNECT", "x.org:443", ""), 405),
        (head("CONNECT", "/_matrix/client/versions", ""), 405),
        (head("TRACE", "/_matrix/client/versions", ""), 405),
        (head("get", "/_matrix/client/versions", ""), 405),
    ] {
        let reply = exchange(guard.address, &request);
        assert_eq!(reply.status(), status, "{request} gave {}", reply.text);
    }
    let preface = exchange(guard.address, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0");
    assert_eq!(preface.text, "");
    assert!(homeserver.seen().is_empty(), "{:?}", homeserver.seen());
}

#[test]
fn every_request_on_a_connection_is_judged() {
    let (guard, homeserver) = pair();
    let first = head("GET", "/_matrix/client/versions", "").replace("Connection: close\r\n", "");
    let last = head("GET", "/_matrix/client/v3/sync", "");
    let mut stream = connect(guard.address);
    stream.write_all(format!("{first}{SMUGGLED}{last}").as_bytes()).unwrap();
    let reply = Reply::read(stream);
    let statuses: Vec<_> = reply.text.split("HTTP/1.1 ").skip(1).map(|part| &part[..3]).collect();
    assert_eq!(statuses, ["200", "403", "200"]);
    let targets: Vec<_> = homeserver.seen().into_iter().map(|seen| seen.target).collect();
    assert_eq!(targets, ["/_matrix/client/versions", "/_matrix/client/v3/sync"]);
}
