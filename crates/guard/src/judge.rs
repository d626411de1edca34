//! `rampart-guard judge`: what would happen to a request, and why. The request passes the same HTTP front, gate and desk
//! as one from the network; only the homeserver is missing.

use std::{
    convert::Infallible,
    fmt, io,
    sync::{Arc, Mutex, PoisonError},
};

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::{body::Incoming, service::service_fn};
use hyper_util::rt::TokioIo;
use ingress::{Head, Note};
use settings::guard::{Guard, Registration};
use tokio::io::{AsyncWriteExt, duplex};

use crate::{
    connection, desk::Desk, gate, pieces::Bodies, refusal::Refusal, server::ANSWER_TIMEOUT, upstream::Failure,
};

/// What would happen to one request.
#[derive(Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It would be answered by the homeserver; `None` when its body is streamed and nobody looks into it.
    Passes {
        /// Name of the endpoint, for a request that changes something.
        endpoint: Option<String>,
        /// The body that the homeserver would get, and what was changed in it.
        judged: Option<(Bytes, Vec<Note>)>,
    },
    /// The guard would answer this.
    Refused(Refusal),
    /// HTTP itself refuses it, before any rule.
    Malformed,
}

/// Judges one request, as bytes.
pub async fn judge(config: &Guard, raw: &[u8]) -> io::Result<Outcome> {
    let outcome = Arc::new(Mutex::new(Outcome::Malformed));
    let (mut client, server) = duplex(raw.len().max(1024));
    client.write_all(raw).await?;
    client.shutdown().await?;
    let (desk, seen) = (Desk::new(ANSWER_TIMEOUT, Bodies::default()), Arc::clone(&outcome));
    let service = service_fn(|request| {
        let (desk, seen) = (&desk, &seen);
        async move {
            let found = look(config, desk, request).await;
            *seen.lock().unwrap_or_else(PoisonError::into_inner) = found;
            Ok::<_, Infallible>(Response::new(Full::<Bytes>::default()))
        }
    });
    let mut front = connection::front(config);
    front.half_close(true).keep_alive(false);
    // An error is what makes a request malformed, and then nothing was seen.
    let _ = front.serve_connection(TokioIo::new(server), service).await;
    let found =
        std::mem::replace(&mut *outcome.lock().unwrap_or_else(PoisonError::into_inner), Outcome::Malformed);
    Ok(found)
}

async fn look(config: &Guard, desk: &Desk, request: Request<Incoming>) -> Outcome {
    let (head, body) = request.into_parts();
    let may_register = config.registration == Registration::Everywhere;
    let endpoint = ingress::endpoint(&head.method, &head.uri)
        .map(|endpoint| format!("{}, {}", endpoint.template, endpoint.source));
    match gate::admit(&head, may_register, &config.policy) {
        Err(refusal) => Outcome::Refused(refusal),
        Ok(Head::Pass) => match body.collect().await {
            Ok(_) => Outcome::Passes { endpoint, judged: None },
            Err(_) => Outcome::Refused(Refusal::BodyBroken),
        },
        Ok(Head::Body(judge)) => match desk.judge(&judge, body, &config.policy).await {
            Ok(judged) => Outcome::Passes { endpoint, judged: Some((judged.body, judged.notes)) },
            Err(Failure { refusal, .. }) => Outcome::Refused(refusal),
        },
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed => {
                f.write_str("refused: 400\n  rule:     http_malformed: this is no HTTP/1.1 request")
            }
            Self::Refused(refusal) => refused(f, refusal),
            Self::Passes { endpoint, judged } => {
                f.write_str("passes")?;
                line(f, "endpoint", endpoint.as_deref().unwrap_or("a read, which changes nothing"))?;
                match judged {
                    None => line(f, "body", "streamed as it is, not judged"),
                    Some((body, notes)) => {
                        notes.iter().try_for_each(|note| line(f, "changed", note.name()))?;
                        line(f, "body", &String::from_utf8_lossy(body))
                    }
                }
            }
        }
    }
}

fn refused(f: &mut fmt::Formatter<'_>, refusal: &Refusal) -> fmt::Result {
    write!(f, "refused: {}", refusal.status().as_u16())?;
    line(f, "rule", refusal.rule())?;
    if let Refusal::Ruled(ruled) = refusal {
        ruled.room.iter().try_for_each(|room| line(f, "room", room))?;
        ruled.kind.iter().try_for_each(|kind| line(f, "kind", kind))?;
        line(f, "source", ruled.rule.source)?;
    }
    line(f, "answer", &refusal.json())
}

fn line(f: &mut fmt::Formatter<'_>, name: &str, text: &str) -> fmt::Result {
    write!(f, "\n  {:<10}{text}", format!("{name}:"))
}

/// A request from a file: comments up to a line `---` are skipped, bare line feeds of the head become CR LF, and a body
/// without any framing gets its length.
pub fn request(file: &[u8]) -> Vec<u8> {
    const END: &[u8] = b"\n---\n";
    let start = file.windows(END.len()).position(|window| window == END).map_or(0, |at| at + END.len());
    let commented = file.starts_with(b"#");
    let request = if commented { &file[start..] } else { file };
    let (head, body) = parted(request);
    let mut raw = Vec::with_capacity(request.len() + 64);
    let mut framed = false;
    for text in head.split(|byte| *byte == b'\n') {
        let text = text.strip_suffix(b"\r").unwrap_or(text);
        let name = text.split(|byte| *byte == b':').next().unwrap_or_default().to_ascii_lowercase();
        framed |= name == b"content-length" || name == b"transfer-encoding";
        raw.extend_from_slice(text);
        raw.extend_from_slice(b"\r\n");
    }
    let body = if commented { body.strip_suffix(b"\n").unwrap_or(body) } else { body };
    if !framed && !body.is_empty() {
        raw.extend_from_slice(format!("Content-Length: {}\r\n", body.len()).as_bytes());
    }
    raw.extend_from_slice(b"\r\n");
    raw.extend_from_slice(body);
    raw
}

/// Head without its last line end, and body.
fn parted(request: &[u8]) -> (&[u8], &[u8]) {
    let ends: [&[u8]; 2] = [b"\r\n\r\n", b"\n\n"];
    let found = ends.iter().find_map(|end| {
        let at = request.windows(end.len()).position(|window| window == *end)?;
        Some((&request[..at], &request[at + end.len()..]))
    });
    found.unwrap_or((request.trim_ascii_end(), &[]))
}

#[cfg(test)]
mod tests {
    use super::request;

    #[test]
    fn files_become_requests() {
        let raw = request(b"# reason: x\n---\nPUT /a HTTP/1.1\nHost: x\n\n{}\n");
        assert_eq!(raw, b"PUT /a HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}");
        let raw = request(b"PUT /a HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{}\n");
        assert_eq!(raw, b"PUT /a HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{}\n");
        assert_eq!(request(b"GET /a HTTP/1.1\nHost: x\n"), b"GET /a HTTP/1.1\r\nHost: x\r\n\r\n");
    }
}
