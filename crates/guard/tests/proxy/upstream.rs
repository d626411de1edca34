//! Homeservers for tests: a real hyper server that notes what it gets, and a raw one that shows the bytes.

use std::{
    convert::Infallible,
    io::{Read, Write},
    os::unix::net::UnixListener,
    path::Path,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

use bytes::Bytes;
use http_body_util::{BodyExt, Full, channel::Channel, combinators::BoxBody};
use hyper::{Request, Response, body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use tokio::{net, runtime, time::sleep};
use tokio_util::sync::CancellationToken;

use crate::harness::SOON;

/// How much of a body is kept.
const KEPT: usize = 64 * 1024;

type Body = BoxBody<Bytes, std::io::Error>;

/// One complete request.
#[derive(Debug, Clone)]
pub(crate) struct Seen {
    pub(crate) method: String,
    pub(crate) target: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) bytes: u64,
    pub(crate) sum: u64,
    /// The body, of a long one the beginning.
    pub(crate) body: Vec<u8>,
}

impl Seen {
    /// All values of a header.
    pub(crate) fn all(&self, name: &str) -> Vec<&str> {
        self.headers.iter().filter(|(field, _)| field == name).map(|(_, value)| value.as_str()).collect()
    }
}

/// A hyper server in a thread of its own.
pub(crate) struct Homeserver {
    notes: Arc<Notes>,
    stop: CancellationToken,
    thread: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct Notes {
    seen: Mutex<Vec<Seen>>,
    /// Bytes of answers given out so far.
    produced: AtomicU64,
}

impl Homeserver {
    pub(crate) fn start(socket: &Path) -> Self {
        let _ = fs_err::remove_file(socket);
        let listener = UnixListener::bind(socket).unwrap();
        listener.set_nonblocking(true).unwrap();
        let (notes, stop) = (Arc::<Notes>::default(), CancellationToken::new());
        let (theirs, until) = (Arc::clone(&notes), stop.clone());
        let thread = thread::spawn(move || {
            let runtime = runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(until.run_until_cancelled_owned(serve(listener, theirs)));
        });
        Self { notes, stop, thread: Some(thread) }
    }

    /// All requests that arrived completely.
    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.notes.seen.lock().unwrap().clone()
    }

    /// The same, and forgets them.
    pub(crate) fn take(&self) -> Vec<Seen> {
        std::mem::take(&mut self.notes.seen.lock().unwrap())
    }

    pub(crate) fn produced(&self) -> u64 {
        self.notes.produced.load(Ordering::Relaxed)
    }

    /// The only request that arrived completely.
    pub(crate) fn only(&self) -> Seen {
        let mut seen = self.seen();
        assert_eq!(seen.len(), 1, "{seen:?}");
        seen.remove(0)
    }
}

impl Drop for Homeserver {
    /// Cuts all connections, like a killed process.
    fn drop(&mut self) {
        self.stop.cancel();
        let _ = self.thread.take().unwrap().join();
    }
}

async fn serve(listener: UnixListener, notes: Arc<Notes>) {
    let listener = net::UnixListener::from_std(listener).unwrap();
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        let notes = Arc::clone(&notes);
        let service = service_fn(move |request| answer(request, Arc::clone(&notes)));
        tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
    }
}

/// What Tuwunel 1.9.0 says when its database cannot be written (run on a full volume), and a failure of another kind.
pub(crate) const FULL: &str = concat!(
    r#"{"details":"database flush error: I/O error: IO error: No space left on device: While appending to file: "#,
    r#"/var/lib/tuwunel//000274.log: No space left on device","errcode":"M_UNKNOWN","#,
    r#""error":"M_UNKNOWN: Internal server error occurred"}"#,
);
pub(crate) const FAILED: &str = r#"{"errcode":"M_UNKNOWN","error":"something else"}"#;

fn failed(error: Body) -> Response<Body> {
    Response::builder().status(500).header("x-own", "1").body(error).unwrap()
}

/// A body whose length nobody knows beforehand.
fn pieces(text: &'static str) -> Body {
    let (mut sender, body) = Channel::<Bytes, std::io::Error>::new(1);
    tokio::spawn(async move { sender.send_data(Bytes::from_static(text.as_bytes())).await });
    body.boxed()
}

/// The last word of the path says what the homeserver does.
async fn answer(request: Request<Incoming>, notes: Arc<Notes>) -> Result<Response<Body>, Infallible> {
    let word = request.uri().path().rsplit('/').next().unwrap().to_owned();
    let number = request.uri().query().and_then(|query| query.parse().ok()).unwrap_or(0);
    note(request, &notes).await;
    match word.as_str() {
        "slow" => sleep(Duration::from_millis(number)).await,
        "silent" => sleep(Duration::from_mins(10)).await,
        "big" => return Ok(Response::new(big(number, notes))),
        // Of unknown length, as Tuwunel's.
        "full" => return Ok(failed(pieces(FULL))),
        "fails" => return Ok(failed(text(FAILED))),
        "fails-on" => return Ok(failed(big(1, notes))),
        "dies" => return Ok(Response::new(dies())),
        "whoami" => return Ok(Response::new(text("{\"user_id\":\"@alice:x.org\"}"))),
        _ => {}
    }
    Ok(Response::builder().header("x-own", "1").body(text("{}")).unwrap())
}

async fn note(request: Request<Incoming>, notes: &Notes) {
    let (head, mut body) = request.into_parts();
    let (mut bytes, mut sum, mut beginning) = (0, 0_u64, Vec::new());
    while let Some(frame) = body.frame().await {
        let Ok(frame) = frame else { return };
        assert!(!frame.is_trailers(), "trailers reached the homeserver");
        let data = frame.into_data().unwrap();
        bytes += data.len() as u64;
        beginning.extend(data.iter().take(KEPT.saturating_sub(beginning.len())));
        sum = data.iter().fold(sum, |sum, byte| sum.wrapping_add(u64::from(*byte)));
    }
    let headers =
        head.headers.iter().map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()));
    notes.seen.lock().unwrap().push(Seen {
        method: head.method.to_string(),
        target: head.uri.to_string(),
        headers: headers.collect(),
        bytes,
        sum,
        body: beginning,
    });
}

fn text(text: &'static str) -> Body {
    Full::new(Bytes::from_static(text.as_bytes())).map_err(|never: Infallible| match never {}).boxed()
}

/// `n` pieces of 64 KiB, each made when the one before it has left.
fn big(n: u64, notes: Arc<Notes>) -> Body {
    let (mut sender, body) = Channel::new(1);
    tokio::spawn(async move {
        let piece = Bytes::from(vec![b'x'; 65536]);
        for _ in 0..n {
            if sender.send_data(piece.clone()).await.is_err() {
                return;
            }
            notes.produced.fetch_add(65536, Ordering::Relaxed);
        }
    });
    body.boxed()
}

/// A first piece, and then the process is gone.
fn dies() -> Body {
    let (mut sender, body) = Channel::new(1);
    tokio::spawn(async move {
        let _ = sender.send_data(Bytes::from_static(b"first")).await;
        sleep(Duration::from_millis(200)).await;
        sender.abort(std::io::Error::other("gone"));
    });
    body.boxed()
}

/// Accepts one connection, answers its first bytes with `answer`, and returns all bytes until the guard closes.
pub(crate) fn raw(socket: &Path, answer: &'static [u8]) -> JoinHandle<String> {
    let listener = UnixListener::bind(socket).unwrap();
    thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        stream.set_read_timeout(Some(SOON)).unwrap();
        let (mut all, mut buffer, mut answered) = (Vec::new(), vec![0; 65536], false);
        while let Ok(length @ 1..) = stream.read(&mut buffer) {
            all.extend_from_slice(&buffer[..length]);
            if !answered && all.ends_with(b"\r\n\r\n") {
                stream.write_all(answer).unwrap();
                answered = true;
            }
        }
        String::from_utf8(all).unwrap()
    })
}
