//! What the homeserver is told, and what it is not.

use crate::{
    harness::{Guard, Setup},
    upstream::{Homeserver, Seen},
    wire::{Reply, exchange, head},
};

fn through(setup: Setup, request: &str) -> (Seen, Reply) {
    let homeserver = Homeserver::start(&setup.homeserver_socket());
    let guard: Guard = setup.start();
    let reply = exchange(guard.address, request);
    assert_eq!(reply.status(), 200, "{}", reply.text);
    (homeserver.only(), reply)
}

const FORGED: &str = "X-Forwarded-For: 6.6.6.6\r\nx_forwarded_for: 6.6.6.6\r\nX-Forwarded-Proto: https\r\n\
    X-Forwarded-Host: evil.org\r\nForwarded: for=6.6.6.6\r\nX-Real-IP: 6.6.6.6\r\nX_Real_IP: 6.6.6.6\r\n\
    True-Client-IP: 6.6.6.6\r\nX-Forwarded-User: admin\r\nX-Original-URL: /_synapse/admin\r\n";

#[test]
fn a_stranger_cannot_say_who_the_client_is() {
    let request = head("GET", "/_matrix/client/versions", FORGED);
    let (seen, _) = through(Setup::new(), &request);
    assert_eq!(seen.all("x-forwarded-for"), ["127.0.0.1"]);
    assert_eq!(seen.all("x-forwarded-proto"), ["http"]);
    assert_eq!(seen.all("x-forwarded-host"), ["matrix.x.org"]);
    let forged = |(name, value): &&(String, String)| {
        value.contains("6.6.6.6") || value == "admin" || name.contains('_')
    };
    assert_eq!(seen.headers.iter().find(forged), None);
    assert!(seen.all("x-original-url").is_empty());
}

#[test]
fn a_trusted_proxy_can() {
    let setup = Setup::new().with("trustedProxies", vec!["127.0.0.1"]);
    let lines = "X-Forwarded-For: 6.6.6.6, 198.51.100.7\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Host: x.org\r\n\
        X-Real-IP: 6.6.6.6\r\n";
    let (seen, _) = through(setup, &head("GET", "/_matrix/client/versions", lines));
    assert_eq!(seen.all("x-forwarded-for"), ["198.51.100.7"]);
    assert_eq!(seen.all("x-forwarded-proto"), ["https"]);
    assert_eq!(seen.all("x-forwarded-host"), ["x.org"]);
    assert!(seen.all("x-real-ip").is_empty());
}

#[test]
fn hop_by_hop_headers_end_here_in_both_directions() {
    let request = "GET /_matrix/client/versions HTTP/1.1\r\nHost: x.org\r\nConnection: close, Upgrade, X-Mine\r\n\
        Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\nX-Mine: 1\r\nTE: trailers\r\nKeep-Alive: timeout=9\r\n\r\n";
    let (seen, reply) = through(Setup::new(), request);
    for name in ["connection", "upgrade", "http2-settings", "x-mine", "te", "keep-alive"] {
        assert!(seen.all(name).is_empty(), "{name} in {seen:?}");
    }
    assert_eq!(reply.header("x-own"), Some("1"));
}

#[test]
fn the_message_itself_arrives_unchanged() {
    let target = "/_matrix/client/v3/rooms/!r%3Ax.org/send/m.room.message/a%2Fb?ts=1&x=%2F..%2F;y";
    let lines = "Authorization: Bearer syt_x\r\nContent-Type: application/json\r\nContent-Length: 8\r\n";
    let (seen, _) = through(Setup::new(), &(head("PUT", target, lines) + "{\"a\": 1}"));
    assert_eq!((seen.method.as_str(), seen.target.as_str(), seen.bytes), ("PUT", target, 8));
    assert_eq!(seen.all("authorization"), ["Bearer syt_x"]);
    assert_eq!(seen.all("content-type"), ["application/json"]);
    assert_eq!(seen.all("content-length"), ["8"]);
    assert_eq!(seen.all("host"), ["matrix.x.org"]);
}

#[test]
fn a_client_that_waits_for_continue_is_told_to() {
    let lines = "Expect: 100-continue\r\nContent-Length: 2\r\n";
    let (seen, reply) =
        through(Setup::new(), &(head("PUT", "/_matrix/client/v3/rooms/r/send/t/x", lines) + "{}"));
    assert!(reply.text.starts_with("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200"), "{}", reply.text);
    assert!(seen.all("expect").is_empty());
}
