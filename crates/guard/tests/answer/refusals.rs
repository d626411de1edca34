//! Whatever Traefik sends here is refused, over a connection that is kept.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    path::PathBuf,
    process::{Child, Stdio},
    thread,
    time::Duration,
};

use serde_json::Value;

use crate::{program, written, written_with};

/// A running program; killed when dropped.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The program, a connection to it, and the rest of its log.
fn start() -> (Running, TcpStream, tempfile::TempDir, impl Iterator<Item = Value>) {
    start_with(|folder| written(folder, "127.0.0.1:1".parse().unwrap()))
}

fn start_with(
    written: impl FnOnce(&tempfile::TempDir) -> PathBuf,
) -> (Running, TcpStream, tempfile::TempDir, impl Iterator<Item = Value>) {
    let folder = tempfile::tempdir().unwrap();
    let file = written(&folder);
    let mut child = program().arg("run").arg("--config").arg(&file).stderr(Stdio::piped()).spawn().unwrap();
    let lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let running = Running(child);
    let mut records =
        lines.map_while(Result::ok).filter_map(|line| serde_json::from_str::<Value>(&line).ok());
    let ready = records.find(|record| record["message"] == "ready").unwrap();
    let stream = TcpStream::connect(ready["doors"].as_str().unwrap()).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    (running, stream, folder, records)
}

/// Nobody reads the log any more, which must not matter.
#[test]
fn a_connection_of_traefiks_pool_is_used_again() {
    let (_running, mut stream, _folder, records) = start();
    drop(records);
    let redact = "PUT /_matrix/client/v3/rooms/!r:x/redact/$e/1 HTTP/1.1\r\nHost: matrix.x.org\r\n\
                  X-Forwarded-For: 198.51.100.7\r\nContent-Length: 2\r\n\r\n{}";
    let last = "GET /limited HTTP/1.1\r\nHost: matrix.x.org\r\nConnection: close\r\n\r\n";
    stream.write_all(format!("{redact}{redact}{last}").as_bytes()).unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    assert_eq!(text.matches("HTTP/1.1 403 Forbidden\r\n").count(), 2, "{text}");
    assert_eq!(text.matches("cannot be deleted").count(), 2, "{text}");
    assert!(
        text.contains("HTTP/1.1 429 Too Many Requests\r\n") && text.contains("M_LIMIT_EXCEEDED"),
        "{text}"
    );
    assert_eq!(text.matches("access-control-allow-origin: *\r\n").count(), 3, "{text}");
}

/// The limiter asks without the address and the token, so the line has neither.
#[test]
fn who_was_too_quick_is_one_line_in_the_log() {
    let (running, mut stream, _folder, records) = start();
    let request = "GET /limited HTTP/1.1\r\nHost: matrix.x.org\r\nConnection: close\r\n\r\n";
    stream.write_all(request.as_bytes()).unwrap();
    stream.read_to_string(&mut String::new()).unwrap();
    drop(running);
    let refused: Vec<Value> = records.filter(|record| record["message"] == "refused").collect();
    assert_eq!(refused.len(), 1, "{refused:?}");
    let line = &refused[0];
    assert_eq!((&line["rule"], &line["status"]), (&"limited".into(), &429.into()), "{line}");
    assert!(line["client"].is_null() && line["session"].is_null(), "{line}");
}

/// The usual attempt to delete ends here and never reaches the guard.
#[test]
fn a_refused_deletion_is_laid_to_a_session_and_no_token_is_logged() {
    let nowhere = "127.0.0.1:1".parse().unwrap();
    let (running, mut stream, _folder, records) =
        start_with(|folder| written_with(folder, nowhere, nowhere, "session"));
    let path = "/_matrix/client/v3/rooms/!r:x/redact/$e/1";
    let redact = |query: &str, header: &str, last: &str| {
        format!("PUT {path}{query} HTTP/1.1\r\nHost: matrix.x.org\r\n{header}{last}Content-Length: 0\r\n\r\n")
    };
    let requests = [
        redact("", "Authorization: Bearer syt_alice\r\n", ""),
        redact("?access_token=syt_alice", "", ""),
        redact("", "Authorization: Bearer syt_bob\r\n", ""),
        redact("", "", "Connection: close\r\n"),
    ];
    stream.write_all(requests.concat().as_bytes()).unwrap();
    stream.read_to_string(&mut String::new()).unwrap();
    drop(running);
    let refused: Vec<Value> = records.filter(|record| record["message"] == "refused").collect();
    let sessions: Vec<Option<&str>> = refused.iter().map(|record| record["session"].as_str()).collect();
    assert_eq!(sessions.len(), 4, "{refused:?}");
    assert!(
        sessions[0].is_some() && sessions[0] == sessions[1] && sessions[0] != sessions[2],
        "{sessions:?}"
    );
    assert_eq!(sessions[3], None);
    assert!(refused.iter().all(|record| record["user"].is_null()), "{refused:?}");
    assert!(!format!("{refused:?}").contains("syt_"), "{refused:?}");
}

/// Stands in for the guard: it knows whose one token is, and gives what it was asked. What the real one says is seen in the
/// story `refusals-are-readable`.
fn guard(asked: usize) -> (SocketAddr, thread::JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let answering = thread::spawn(move || {
        let heads = (0..asked).map(|_| {
            let mut stream = listener.accept().unwrap().0;
            let lines = BufReader::new(stream.try_clone().unwrap()).lines().map_while(Result::ok);
            let head = lines.take_while(|line| !line.is_empty()).collect::<Vec<_>>().join("\n");
            let (status, body) = if head.contains("Bearer syt_alice") {
                ("200 OK", r#"{"user_id":"@alice:x.org"}"#)
            } else {
                ("401 Unauthorized", r#"{"errcode":"M_UNKNOWN_TOKEN"}"#)
            };
            let length = body.len();
            let answer =
                format!("HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}");
            stream.write_all(answer.as_bytes()).unwrap();
            head
        });
        heads.collect()
    });
    (address, answering)
}

/// What the log says of two deletions by alice and one by somebody unknown, who are asked for three times at most.
fn told_of(log_users: &str, asked: usize) -> (Vec<Value>, Vec<String>) {
    let (address, answering) = guard(asked);
    let entry = "127.0.0.1:1".parse().unwrap();
    let (running, mut stream, _folder, records) =
        start_with(|folder| written_with(folder, entry, address, log_users));
    let mut told = records.filter(|record| record["message"] == "refused");
    // One after the other: who is being asked for is not known yet.
    let lines = ["alice", "alice", "mallory"].map(|who| {
        let path = "/_matrix/client/v3/rooms/!r:x/redact/$e/1";
        let request = format!(
            "PUT {path} HTTP/1.1\r\nHost: matrix.x.org\r\nAuthorization: Bearer syt_{who}\r\nContent-Length: 0\r\n\r\n"
        );
        stream.write_all(request.as_bytes()).unwrap();
        told.next().unwrap()
    });
    drop(running);
    (lines.into(), answering.join().unwrap())
}

#[test]
fn a_refused_deletion_names_the_user_whom_the_guard_knows_and_asks_once() {
    let (lines, asked) = told_of("clear", 2);
    assert_eq!((&lines[0]["user"], &lines[1]["user"]), (&"@alice:x.org".into(), &"@alice:x.org".into()));
    assert!(lines[2]["user"].is_null() && lines[2]["session"].is_string(), "{lines:?}");
    assert!(asked[0].starts_with("GET /_matrix/client/v3/account/whoami HTTP/1.1\n"), "{asked:?}");
    assert!(asked[0].to_lowercase().contains("\nhost: matrix.x.org"), "{asked:?}");
    assert!(!format!("{lines:?}").contains("syt_"), "{lines:?}");
}

#[test]
fn by_hash_when_wanted_and_nobody_is_asked_when_only_sessions_are() {
    let (lines, _) = told_of("hash", 2);
    let hash = lines[0]["user"].as_str().unwrap();
    assert!(hash.len() == 16 && hash != lines[0]["session"] && lines[1]["user"] == hash, "{lines:?}");
    assert!(!format!("{lines:?}").contains("alice"), "{lines:?}");
    let (lines, asked) = told_of("session", 0);
    assert!(lines.iter().all(|line| line["user"].is_null()) && asked.is_empty(), "{lines:?}");
}
