//! Bodies stream both ways and are never collected.

use std::{
    io::{Read, Write},
    net::TcpStream,
    thread,
    time::{Duration, Instant},
};

use crate::{
    harness::{Guard, SOON, Setup},
    upstream::Homeserver,
    wire::{Reply, connect, head},
};

/// What may be resident at most, beside the program's file, while bodies of 256 MiB pass (KiB).
const MEMORY: u64 = 13 * 1024;
const PIECE: usize = 65536;
const PIECES: usize = 4096;

fn pair() -> (Guard, Homeserver) {
    let setup = Setup::new();
    let homeserver = Homeserver::start(&setup.homeserver_socket());
    (setup.start(), homeserver)
}

#[test]
fn a_large_upload_needs_little_memory() {
    let (guard, homeserver) = pair();
    let lines = format!("Content-Length: {}\r\n", PIECE * PIECES);
    let mut stream = connect(guard.address);
    stream.write_all(head("POST", "/_matrix/media/v3/upload", &lines).as_bytes()).unwrap();
    let piece: Vec<u8> = (0..PIECE).map(|at| at.to_le_bytes()[0]).collect();
    for _ in 0..PIECES {
        stream.write_all(&piece).unwrap();
    }
    assert_eq!(Reply::read(stream).status(), 200);
    let seen = homeserver.only();
    let sum = piece.iter().map(|byte| u64::from(*byte)).sum::<u64>() * PIECES as u64;
    assert_eq!((seen.bytes, seen.sum), ((PIECE * PIECES) as u64, sum));
    assert!(guard.peak_memory() < MEMORY, "{} KiB", guard.peak_memory());
}

#[test]
fn a_large_download_needs_little_memory() {
    let (guard, _homeserver) = pair();
    let mut stream = connect(guard.address);
    stream.write_all(head("GET", &format!("/_matrix/media/v3/big?{PIECES}"), "").as_bytes()).unwrap();
    let received = drain(&mut stream);
    assert!(received.1, "the last chunk is missing");
    assert!(received.0 > PIECE * PIECES, "{}", received.0);
    assert!(guard.peak_memory() < MEMORY, "{} KiB", guard.peak_memory());
}

/// How many bytes came, and whether they ended with the last chunk.
fn drain(stream: &mut TcpStream) -> (usize, bool) {
    let (mut total, mut buffer, mut tail) = (0, vec![0; PIECE], Vec::new());
    loop {
        let length = stream.read(&mut buffer).unwrap();
        if length == 0 {
            return (total, tail.ends_with(b"0\r\n\r\n"));
        }
        total += length;
        tail.extend_from_slice(&buffer[..length]);
        tail.drain(..tail.len().saturating_sub(5));
    }
}

#[test]
fn a_client_that_does_not_read_slows_the_homeserver_down() {
    let (guard, homeserver) = pair();
    let mut stream = connect(guard.address);
    stream.write_all(head("GET", &format!("/_matrix/media/v3/big?{PIECES}"), "").as_bytes()).unwrap();
    let mut before = u64::MAX;
    let start = Instant::now();
    while before != homeserver.produced() || before == 0 {
        assert!(start.elapsed() < SOON, "the homeserver never pauses");
        before = homeserver.produced();
        thread::sleep(Duration::from_millis(500));
    }
    // What is under way lies in socket buffers, not in the guard.
    assert!(before < (PIECE * PIECES) as u64 / 4, "{before}");
    assert!(guard.peak_memory() < MEMORY, "{} KiB", guard.peak_memory());
    assert!(drain(&mut stream).1, "the rest is missing");
}

#[test]
fn the_first_piece_passes_before_the_last_exists() {
    let setup = Setup::new();
    let listener = std::os::unix::net::UnixListener::bind(setup.homeserver_socket()).unwrap();
    let guard = setup.start();
    let mut client = connect(guard.address);
    let request = head("PUT", "/_matrix/client/v3/rooms/r/send/t/x", "Content-Length: 6\r\n");
    client.write_all((request + "one").as_bytes()).unwrap();
    let mut homeserver = listener.accept().unwrap().0;
    homeserver.set_read_timeout(Some(SOON)).unwrap();
    until(&mut homeserver, b"one");
    client.write_all(b"two").unwrap();
    until(&mut homeserver, b"two");
    homeserver.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nfour").unwrap();
    until(&mut client, b"four");
    homeserver.write_all(b"five").unwrap();
    until(&mut client, b"five");
}

/// Reads until the bytes end with `end`; a timeout fails the test.
fn until(stream: &mut impl Read, end: &[u8]) {
    let (mut all, mut byte) = (Vec::new(), [0]);
    while !all.ends_with(end) {
        assert_eq!(stream.read(&mut byte).unwrap(), 1, "closed after {:?}", String::from_utf8_lossy(&all));
        all.push(byte[0]);
    }
}

#[test]
fn an_answer_without_a_body_keeps_its_length() {
    let setup = Setup::new();
    let bytes =
        crate::upstream::raw(&setup.homeserver_socket(), b"HTTP/1.1 200 OK\r\nContent-Length: 77\r\n\r\n");
    let guard = setup.start();
    let reply = crate::wire::exchange(guard.address, &head("HEAD", "/_matrix/media/v3/x", ""));
    assert_eq!((reply.status(), reply.header("content-length"), reply.body()), (200, Some("77"), ""));
    drop(guard);
    assert!(bytes.join().unwrap().starts_with("HEAD /_matrix/media/v3/x HTTP/1.1\r\n"));
}

/// How many run at once, and what may be resident then beside the program's file (KiB). 5 MB were seen; with pieces as long
/// as a head may be, uploads needed 10 to 14.
const BUSY: usize = 64;
const BUSY_MEMORY: u64 = 8_000;

#[test]
fn many_downloads_at_once_need_little_memory() {
    let setup = Setup::new().with("maxConnections", 128);
    let _homeserver = Homeserver::start(&setup.homeserver_socket());
    let guard = setup.start();
    let downloads: Vec<_> = (0..BUSY)
        .map(|_| {
            let mut stream = connect(guard.address);
            stream.write_all(head("GET", "/_matrix/media/v3/big?256", "").as_bytes()).unwrap();
            thread::spawn(move || drain(&mut stream).1)
        })
        .collect();
    assert!(downloads.into_iter().all(|download| download.join().unwrap()), "a download broke off");
    assert!(guard.peak_memory() < BUSY_MEMORY, "{} KiB", guard.peak_memory());
}

#[test]
fn many_uploads_at_once_need_little_memory() {
    // As long as a head may be on a fleet.
    let setup = Setup::new().with("maxConnections", 128).with("maxHeaderBytes", 65536);
    let homeserver = Homeserver::start(&setup.homeserver_socket());
    let guard = setup.start();
    let length = 4 * 1024 * 1024;
    let request = head("POST", "/_matrix/media/v3/upload", &format!("Content-Length: {length}\r\n"));
    let body = vec![b'x'; length];
    thread::scope(|scope| {
        for _ in 0..BUSY {
            scope.spawn(|| {
                let mut stream = connect(guard.address);
                stream.write_all(request.as_bytes()).unwrap();
                stream.write_all(&body).unwrap();
                assert_eq!(crate::wire::Reply::read(stream).status(), 200);
            });
        }
    });
    assert_eq!(homeserver.seen().len(), BUSY);
    assert!(guard.peak_memory() < BUSY_MEMORY, "{} KiB", guard.peak_memory());
}
