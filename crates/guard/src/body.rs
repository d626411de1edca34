//! The body of a request on its way up: counted, watched, never collected.

use std::{
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    task::{Context, Poll, ready},
};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;
use tokio::time::{Duration, Instant};

/// Why a body ended before its end.
#[derive(Debug, thiserror::Error)]
pub(crate) enum BodyFault {
    /// Longer than allowed.
    #[error("the body is longer than allowed")]
    TooLarge,
    /// Malformed, or the client went away.
    #[error("the body did not arrive completely")]
    Broken(#[source] hyper::Error),
}

/// Whether a request still moves; shared between its body and whoever waits for the answer.
#[derive(Debug, Clone)]
pub(crate) struct Progress(Arc<Moves>);

#[derive(Debug)]
struct Moves {
    start: Instant,
    /// Milliseconds from `start` to the last time that a piece of the body went up.
    last: AtomicU64,
    /// The homeserver wants more of the body and the client has not sent it yet.
    waits_for_client: AtomicBool,
}

impl Progress {
    pub(crate) fn new() -> Self {
        let waits_for_client = AtomicBool::new(false);
        Self(Arc::new(Moves { start: Instant::now(), last: AtomicU64::new(0), waits_for_client }))
    }

    /// When the request moved last.
    pub(crate) fn last(&self) -> Instant {
        self.0.start + Duration::from_millis(self.0.last.load(Ordering::Relaxed))
    }

    /// Whether it is the client who does not move.
    pub(crate) fn waits_for_client(&self) -> bool {
        self.0.waits_for_client.load(Ordering::Relaxed)
    }

    fn moved(&self) {
        let passed = u64::try_from(self.0.start.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.0.last.store(passed, Ordering::Relaxed);
    }
}

/// A body of at most so many bytes. Trailers are dropped: nobody has judged them.
#[derive(Debug)]
pub(crate) struct Counted {
    body: Incoming,
    left: u64,
    progress: Progress,
}

impl Counted {
    /// Refuses at once when the announced length is over the limit.
    pub(crate) fn new(body: Incoming, limit: u64, progress: Progress) -> Result<Self, BodyFault> {
        if body.size_hint().lower() > limit {
            return Err(BodyFault::TooLarge);
        }
        Ok(Self { body, left: limit, progress })
    }

    fn take(&mut self, data: Bytes) -> Result<Frame<Bytes>, BodyFault> {
        self.left = self.left.checked_sub(data.len() as u64).ok_or(BodyFault::TooLarge)?;
        self.progress.moved();
        Ok(Frame::data(data))
    }
}

impl Body for Counted {
    type Data = Bytes;
    type Error = BodyFault;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyFault>>> {
        loop {
            self.progress.0.waits_for_client.store(true, Ordering::Relaxed);
            let frame = ready!(Pin::new(&mut self.body).poll_frame(context));
            self.progress.0.waits_for_client.store(false, Ordering::Relaxed);
            return Poll::Ready(match frame.transpose().map_err(BodyFault::Broken) {
                Err(fault) => Some(Err(fault)),
                Ok(None) => {
                    self.progress.moved();
                    None
                }
                Ok(Some(frame)) => match frame.into_data() {
                    Ok(data) => Some(self.take(data)),
                    Err(_trailers) => continue,
                },
            });
        }
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
