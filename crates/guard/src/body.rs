//! Bodies on their way. That of a request is counted, watched, and collected only by `desk`; that of an answer just passes.

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
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use tokio::time::{Duration, Instant, timeout};

use crate::pieces::{Bodies, UnderWay};

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

/// How much of a body that nobody wants is read, and for how long.
const UNWANTED_BYTES: usize = 64 * 1024;
const UNWANTED_TIME: Duration = Duration::from_secs(1);

/// Reads a body that nobody wants to its end, if that is near. A connection with an unread body cannot go on; a proxy that
/// is not told so sends the next request into it, and fails for somebody else.
pub(crate) async fn is_drained(mut body: Incoming) -> bool {
    let drained = timeout(UNWANTED_TIME, async {
        let mut left = UNWANTED_BYTES;
        while let Some(frame) = body.frame().await {
            let length = frame.ok()?.data_ref().map_or(0, Bytes::len);
            left = left.checked_sub(length)?;
        }
        Some(())
    });
    drained.await.ok().flatten().is_some()
}

/// A body of at most so many bytes. Trailers are dropped: nobody has judged them.
#[derive(Debug)]
pub(crate) struct Counted {
    body: Source,
    left: u64,
    progress: Progress,
    _under_way: Option<UnderWay>,
}

#[derive(Debug)]
enum Source {
    /// As the client sends it.
    Stream(Incoming),
    /// What was judged.
    Whole(Full<Bytes>),
}

impl Counted {
    /// Refuses at once when the announced length is over the limit.
    pub(crate) fn new(
        body: Incoming,
        limit: u64,
        progress: Progress,
        bodies: &Bodies,
    ) -> Result<Self, BodyFault> {
        if body.size_hint().lower() > limit {
            return Err(BodyFault::TooLarge);
        }
        Ok(Self { _under_way: bodies.count(&body), body: Source::Stream(body), left: limit, progress })
    }

    /// A body that is already here.
    pub(crate) fn whole(body: Bytes, progress: Progress) -> Self {
        let left = body.len() as u64;
        Self { body: Source::Whole(Full::new(body)), left, progress, _under_way: None }
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
        let Self { body, progress, .. } = &mut *self;
        let stream = match body {
            Source::Stream(stream) => stream,
            Source::Whole(whole) => {
                progress.moved();
                return Pin::new(whole).poll_frame(context).map_err(|never| match never {});
            }
        };
        loop {
            progress.0.waits_for_client.store(true, Ordering::Relaxed);
            let frame = ready!(Pin::new(&mut *stream).poll_frame(context));
            progress.0.waits_for_client.store(false, Ordering::Relaxed);
            return Poll::Ready(match frame.transpose().map_err(BodyFault::Broken) {
                Err(fault) => Some(Err(fault)),
                Ok(None) => {
                    progress.moved();
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
        match &self.body {
            Source::Stream(body) => body.is_end_stream(),
            Source::Whole(body) => body.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.body {
            Source::Stream(body) => body.size_hint(),
            Source::Whole(body) => body.size_hint(),
        }
    }
}

/// The body of an answer, as it comes.
#[derive(Debug)]
pub(crate) struct Passing {
    body: Incoming,
    _under_way: Option<UnderWay>,
}

impl Passing {
    pub(crate) fn new(body: Incoming, bodies: &Bodies) -> Self {
        Self { _under_way: bodies.count(&body), body }
    }
}

impl Body for Passing {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
