//! Whatever Traefik sends here is refused, over a connection that is kept.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    process::{Child, Stdio},
    time::Duration,
};

use serde_json::Value;

use crate::{program, written};

/// A running program; killed when dropped.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn start() -> (Running, TcpStream, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let file = written(&folder, "127.0.0.1:1".parse().unwrap());
    let mut child = program().arg("run").arg("--config").arg(&file).stderr(Stdio::piped()).spawn().unwrap();
    let lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let running = Running(child);
    let mut records =
        lines.map_while(Result::ok).filter_map(|line| serde_json::from_str::<Value>(&line).ok());
    let ready = records.find(|record| record["message"] == "ready").unwrap();
    let stream = TcpStream::connect(ready["doors"].as_str().unwrap()).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    (running, stream, folder)
}

/// Nobody reads the log any more, which must not matter.
#[test]
fn a_connection_of_traefiks_pool_is_used_again() {
    let (_running, mut stream, _folder) = start();
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
