//! How much is read at a time.
//!
//! hyper's buffer is as long as a head may be, and it reads a body in pieces of that length, of which three or four are on their
//! way at once: one is read, one waits to be taken, one or two are being written. Large pieces cost less time, small ones less memory. So pieces
//! are large while few long bodies are on their way, and with more of them small, and a busy guard holds little whatever a head
//! may be.

use std::{
    io,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    task::{Context, Poll},
};

use http_body::Body;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, ReadBuf, Take};

/// The most that a read gives while many long bodies are on their way. hyper doubles its buffer when a read fills it
/// (`proto/h1/io.rs`, `ReadStrategy`): one byte less than 16 KiB, and it stays at that.
const SMALL: usize = 16 * 1024 - 1;
/// The same while few are; as much as hyper's buffer takes, which is as long as a head may be.
const LARGE: usize = 64 * 1024;
/// How many are few. Each has up to four large pieces on their way, which is 512 KiB in all; with four it was a megabyte.
const FEW: usize = 2;
/// A body is long when small pieces would not hold less of it.
const LONG: u64 = 2 * SMALL as u64;

/// Long bodies that are on their way, in either direction.
#[derive(Debug, Clone, Default)]
pub(crate) struct Bodies(Arc<AtomicUsize>);

/// One of them, until it is dropped.
#[derive(Debug)]
pub(crate) struct UnderWay(Bodies);

impl Bodies {
    /// Counts a body that is long, or may be.
    pub(crate) fn count(&self, body: &impl Body) -> Option<UnderWay> {
        let is_long = body.size_hint().upper().is_none_or(|length| length > LONG);
        is_long.then(|| {
            self.0.fetch_add(1, Ordering::Relaxed);
            UnderWay(self.clone())
        })
    }

    fn piece(&self) -> usize {
        if self.0.load(Ordering::Relaxed) > FEW { SMALL } else { LARGE }
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.0.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// A stream that is read in pieces.
#[derive(Debug)]
pub(crate) struct Pieces<S> {
    stream: Take<S>,
    bodies: Bodies,
}

impl<S: AsyncRead> Pieces<S> {
    pub(crate) fn of(stream: S, bodies: Bodies) -> Self {
        Self { stream: stream.take(0), bodies }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Pieces<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        // The limit is that of one read, not of the stream.
        let piece = self.bodies.piece() as u64;
        self.stream.set_limit(piece);
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Pieces<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        data: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(self.stream.get_mut()).poll_write(context, data)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(self.stream.get_mut()).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(self.stream.get_mut()).poll_shutdown(context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        data: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(self.stream.get_mut()).poll_write_vectored(context, data)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.get_ref().is_write_vectored()
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use http_body_util::Full;
    use tokio::io::AsyncReadExt;

    use super::{Bodies, FEW, LARGE, LONG, Pieces, SMALL};

    fn body(length: usize) -> Full<Bytes> {
        Full::new(vec![0; length].into())
    }

    #[tokio::test]
    async fn pieces_are_large_while_few_long_bodies_are_on_their_way() {
        let (bodies, data, mut buffer) = (Bodies::default(), vec![0; 4 * LARGE], vec![0; 4 * LARGE]);
        let mut stream = Pieces::of(data.as_slice(), bodies.clone());
        let mut under_way: Vec<_> = (0..FEW).map(|_| bodies.count(&body(LARGE))).collect();
        assert_eq!(stream.read(&mut buffer).await.unwrap(), LARGE);
        under_way.push(bodies.count(&body(LARGE)));
        assert_eq!(stream.read(&mut buffer).await.unwrap(), SMALL);
        under_way.pop();
        assert_eq!(stream.read(&mut buffer).await.unwrap(), LARGE);
    }

    #[test]
    fn short_bodies_do_not_count() {
        let bodies = Bodies::default();
        assert!(bodies.count(&body(usize::try_from(LONG).unwrap())).is_none());
        assert!(bodies.count(&body(usize::try_from(LONG).unwrap() + 1)).is_some());
    }
}
