//! A connection from which little is read at a time.
//!
//! hyper's buffer is as long as a head may be, and it reads a body in pieces of that length, of which some are on their way
//! at once. Here a read gives less, so that a busy connection holds little whatever a head may be.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll},
};

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, ReadBuf, Take};

/// The most that a read gives. hyper doubles its buffer when a read fills it (`proto/h1/io.rs`, `ReadStrategy`): one byte
/// less than 16 KiB, and it stays at that.
const PIECE: u64 = 16 * 1024 - 1;

/// The stream, read in pieces.
#[derive(Debug)]
pub(crate) struct Pieces<S>(Take<S>);

impl<S: AsyncRead> Pieces<S> {
    pub(crate) fn of(stream: S) -> Self {
        Self(stream.take(PIECE))
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Pieces<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        // The limit is that of one read, not of the stream.
        self.0.set_limit(PIECE);
        Pin::new(&mut self.0).poll_read(context, buffer)
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Pieces<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        data: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(self.0.get_mut()).poll_write(context, data)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(self.0.get_mut()).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(self.0.get_mut()).poll_shutdown(context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        data: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(self.0.get_mut()).poll_write_vectored(context, data)
    }

    fn is_write_vectored(&self) -> bool {
        self.0.get_ref().is_write_vectored()
    }
}
