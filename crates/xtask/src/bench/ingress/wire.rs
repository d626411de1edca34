//! A client that costs next to nothing: one blocking connection, requests made beforehand, answers read and dropped.

use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail, ensure};

/// Longer than any answer here takes.
const PATIENCE: Duration = Duration::from_mins(1);

/// A connection that is kept.
pub(super) struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

/// An answer.
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) body: Vec<u8>,
}

/// A whole request, for a connection that is kept.
pub(super) fn request(method: &str, host: &str, target: &str, token: &str, body: &[u8]) -> Vec<u8> {
    let mut head = format!("{method} {target} HTTP/1.1\r\nHost: {host}\r\nAccept: */*\r\n");
    let authorization = format!("Authorization: Bearer {token}\r\n");
    let framing = format!("Content-Type: application/json\r\nContent-Length: {}\r\n", body.len());
    if !token.is_empty() {
        head += &authorization;
    }
    if method != "GET" {
        head += &framing;
    }
    head += "\r\n";
    [head.as_bytes(), body].concat()
}

impl Connection {
    pub(super) fn open(port: u16) -> Result<Self> {
        let stream = TcpStream::connect(("127.0.0.1", port)).with_context(|| format!("port {port}"))?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        Ok(Self { stream, buffer: vec![0; 256 * 1024] })
    }

    /// Sends a request and gives how long its answer took to be complete.
    pub(super) fn timed(&mut self, request: &[u8]) -> Result<Duration> {
        let start = Instant::now();
        self.stream.write_all(request)?;
        let (status, _) = self.read(false)?;
        let took = start.elapsed();
        ensure!(status == 200, "status {status}");
        Ok(took)
    }

    /// Sends a request and gives its answer.
    pub(super) fn ask(&mut self, request: &[u8]) -> Result<Answer> {
        self.stream.write_all(request)?;
        let (status, body) = self.read(true)?;
        Ok(Answer { status, body })
    }

    /// Reads one answer to its end.
    fn read(&mut self, keep: bool) -> Result<(u16, Vec<u8>)> {
        let (mut filled, mut body) = (0, Vec::new());
        let end = loop {
            if let Some(end) = find(&self.buffer[..filled], b"\r\n\r\n") {
                break end + 4;
            }
            filled += self.more(filled)?;
        };
        let head = String::from_utf8_lossy(&self.buffer[..end]).to_ascii_lowercase();
        let status = head.split(' ').nth(1).and_then(|word| word.parse().ok()).context("no status")?;
        let field = |name: &str| head.lines().find_map(|line| line.strip_prefix(name)).map(str::trim);
        let mut take = |piece: &[u8]| {
            if keep {
                body.extend_from_slice(piece);
            }
        };
        if let Some(length) = field("content-length:") {
            let mut left: usize = length.parse()?;
            let first = left.min(filled - end);
            take(&self.buffer[end..end + first]);
            left -= first;
            while left > 0 {
                let got = self.more(0)?;
                take(&self.buffer[..got]);
                left = left.saturating_sub(got);
            }
        } else if field("transfer-encoding:") == Some("chunked") {
            self.chunks(end, filled, &mut take)?;
            body = joined(&body);
        } else {
            bail!("an answer without a length");
        }
        Ok((status, body))
    }

    /// Reads to the last chunk; chunks are kept with their framing.
    fn chunks(&mut self, start: usize, end: usize, take: &mut impl FnMut(&[u8])) -> Result<()> {
        const LAST: &[u8] = b"0\r\n\r\n";
        let mut tail: Vec<u8> = Vec::new();
        let mut piece = self.buffer[start..end].to_vec();
        loop {
            take(&piece);
            tail.extend_from_slice(&piece[piece.len().saturating_sub(LAST.len())..]);
            tail.drain(..tail.len().saturating_sub(LAST.len()));
            if tail == LAST {
                return Ok(());
            }
            let got = self.more(0)?;
            piece = self.buffer[..got].to_vec();
        }
    }

    fn more(&mut self, at: usize) -> Result<usize> {
        let got = self.stream.read(&mut self.buffer[at..])?;
        ensure!(got > 0, "the connection was closed");
        Ok(got)
    }
}

/// What stands in the chunks (RFC 9112 §7.1).
fn joined(mut rest: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    while let Some(end) = find(rest, b"\r\n") {
        let length = std::str::from_utf8(&rest[..end]).ok();
        let length = length.and_then(|text| usize::from_str_radix(text.trim(), 16).ok()).unwrap_or(0);
        let (start, stop) = (end + 2, end + 2 + length);
        if length == 0 || stop + 2 > rest.len() {
            break;
        }
        body.extend_from_slice(&rest[start..stop]);
        rest = &rest[stop + 2..];
    }
    body
}

fn find(text: &[u8], word: &[u8]) -> Option<usize> {
    text.windows(word.len()).position(|window| window == word)
}

#[cfg(test)]
mod tests {
    use super::joined;

    #[test]
    fn chunks_are_joined() {
        assert_eq!(joined(b"3\r\nabc\r\nA\r\n0123456789\r\n0\r\n\r\n"), b"abc0123456789");
        assert_eq!(joined(b"0\r\n\r\n"), b"");
    }
}
