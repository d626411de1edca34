//! Raw sockets: what a client writes and reads, byte for byte.

use std::{
    io::{ErrorKind, Read, Write},
    net::{SocketAddr, TcpStream},
    os::unix::net::UnixStream,
    path::Path,
};

use serde_json::Value;

use crate::harness::SOON;

/// A connection to the guard.
pub(crate) fn connect(address: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(SOON)).unwrap();
    stream.set_write_timeout(Some(SOON)).unwrap();
    stream
}

/// A head with `Host` and `Connection: close`; `lines` are further header lines, each with its line end.
pub(crate) fn head(method: &str, target: &str, lines: &str) -> String {
    format!("{method} {target} HTTP/1.1\r\nHost: matrix.x.org\r\nConnection: close\r\n{lines}\r\n")
}

/// Sends raw bytes and reads until the guard closes.
pub(crate) fn exchange(address: SocketAddr, request: &str) -> Reply {
    let mut stream = connect(address);
    stream.write_all(request.as_bytes()).unwrap();
    Reply::read(stream)
}

/// The same through a unix socket.
pub(crate) fn exchange_unix(socket: &Path, request: &str) -> Reply {
    let mut stream = UnixStream::connect(socket).unwrap();
    stream.set_read_timeout(Some(SOON)).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    Reply::read(stream)
}

/// Everything that came back on a connection until it was closed or reset.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) text: String,
}

impl Reply {
    pub(crate) fn read(mut stream: impl Read) -> Self {
        let mut bytes = Vec::new();
        match stream.read_to_end(&mut bytes) {
            Err(error) if error.kind() != ErrorKind::ConnectionReset => {
                panic!("{error} after {:?}", String::from_utf8_lossy(&bytes))
            }
            _ => Self { text: String::from_utf8_lossy(&bytes).into_owned() },
        }
    }

    pub(crate) fn status(&self) -> u16 {
        let last = self.text.trim_start_matches("HTTP/1.1 100 Continue\r\n\r\n");
        let word = last.split(' ').nth(1);
        word.and_then(|word| word.parse().ok()).unwrap_or_else(|| panic!("no status in {:?}", self.text))
    }

    /// How many responses came back.
    pub(crate) fn responses(&self) -> usize {
        self.text.matches("HTTP/1.1 ").count()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let lines = self.text.split("\r\n\r\n").next().unwrap().lines().skip(1);
        let mut fields = lines.filter_map(|line| line.split_once(": "));
        fields.find_map(|(field, value)| field.eq_ignore_ascii_case(name).then_some(value))
    }

    pub(crate) fn body(&self) -> &str {
        self.text.split_once("\r\n\r\n").map_or("", |(_, body)| body)
    }

    /// Asserts status and Matrix error code, and that a browser may read them.
    pub(crate) fn assert_matrix_error(&self, status: u16, errcode: &str) {
        assert_eq!(self.status(), status, "{}", self.text);
        assert_eq!(self.header("access-control-allow-origin"), Some("*"), "{}", self.text);
        assert_eq!(self.header("content-type"), Some("application/json"), "{}", self.text);
        let json: Value = serde_json::from_str(self.body()).unwrap();
        assert_eq!(json["errcode"], errcode, "{}", self.text);
        assert!(json["error"].is_string(), "{}", self.text);
    }
}
