//! The self-test against stand-ins of Traefik: it is content only when nothing passes, and when it has shown something.

use std::{net::SocketAddr, sync::Arc, thread};

use rcgen::{CertifiedKey, generate_simple_self_signed};
use rustls::{ServerConfig, pki_types::PrivateKeyDer};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
    runtime,
};
use tokio_rustls::TlsAcceptor;

use crate::{program, written};

/// What a stand-in answers to a request line.
type Answer = fn(&str) -> &'static str;

const OURS: &str =
    "HTTP/1.1 403 Forbidden\r\nServer: rampart-answer\r\nContent-Type: application/json\r\n\r\n{}";
const NO_ROUTER: &str = "HTTP/1.1 404 Not Found\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n404";
const NO_CORE: &str = "HTTP/1.1 502 Bad Gateway\r\nContent-Type: text/plain\r\n\r\nBad Gateway";
const NO_TOKEN: &str = "HTTP/1.1 401 Unauthorized\r\nContent-Type: application/json\r\n\r\n{}";

fn traefik(answer: Answer) -> SocketAddr {
    let CertifiedKey { cert, signing_key } =
        generate_simple_self_signed(["matrix.x.org".to_owned()]).unwrap();
    let key = PrivateKeyDer::try_from(signing_key.serialize_der()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&rustls::version::TLS13])
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![cert.der().clone()], key)
        .unwrap();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let address = listener.local_addr().unwrap();
    // Ends with the test's process.
    thread::spawn(move || {
        let runtime = runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(serve(listener, TlsAcceptor::from(Arc::new(config)), answer));
    });
    address
}

async fn serve(listener: std::net::TcpListener, tls: TlsAcceptor, answer: Answer) {
    let listener = TcpListener::from_std(listener).unwrap();
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        let Ok(mut stream) = tls.accept(stream).await else { continue };
        let mut head = Vec::new();
        while !head.windows(4).any(|window| window == b"\r\n\r\n") {
            head.push(stream.read_u8().await.unwrap());
        }
        let line = String::from_utf8(head).unwrap().lines().next().unwrap().to_owned();
        stream.write_all(answer(&line).as_bytes()).await.unwrap();
        let _ = stream.shutdown().await;
    }
}

/// Exit code and what was said.
fn tested(entry: SocketAddr) -> (Option<i32>, String) {
    let folder = tempfile::tempdir().unwrap();
    let file = written(&folder, entry);
    let output = program().arg("selftest").arg("--config").arg(&file).output().unwrap();
    (output.status.code(), String::from_utf8(output.stderr).unwrap())
}

#[test]
fn a_gateway_that_refuses_everything_forbidden_is_fine_with_and_without_a_core() {
    let answers: [Answer; 2] = [
        |line| if line.contains("/versions ") { NO_CORE } else { OURS },
        |line| if line.contains("/versions ") { NO_TOKEN } else { NO_ROUTER },
    ];
    for answer in answers {
        let (code, said) = tested(traefik(answer));
        assert_eq!(code, Some(0), "{said}");
        assert!(said.contains("every case was refused here"), "{said}");
    }
}

#[test]
fn one_case_that_passes_fails_it_and_is_named() {
    let (code, said) = tested(traefik(|line| match line {
        _ if line.contains("/versions ") => NO_TOKEN,
        _ if line.contains("/v3/rooms/!r:x/redact/$e/1%0A ") => NO_TOKEN,
        _ => OURS,
    }));
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("1 cases were not refused here"), "{said}");
    assert!(said.contains("PUT /_matrix/client/v3/rooms/!r:x/redact/$e/1%0A"), "{said}");
}

#[test]
fn a_case_that_only_the_guard_refuses_has_passed_the_gateway() {
    let (code, said) = tested(traefik(|line| {
        if line.contains("/_synapse") {
            "HTTP/1.1 403 Forbidden\r\nContent-Type: application/json\r\n\r\n{\"errcode\":\"M_FORBIDDEN\"}"
        } else if line.contains("/versions ") {
            NO_TOKEN
        } else {
            OURS
        }
    }));
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("GET /_synapse/admin/v1/users"), "{said}");
}

#[test]
fn a_gateway_that_refuses_everything_shows_nothing() {
    let (code, said) = tested(traefik(|_| OURS));
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("shows nothing"), "{said}");
}

#[test]
fn a_gateway_that_is_not_there_fails_it() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let (code, said) = tested(free);
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("did not answer as matrix.x.org"), "{said}");
}
