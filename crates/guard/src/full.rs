//! A homeserver whose volume is full says so in the system's words, with the path of its database. People are told in
//! theirs, and nothing of the host.

use std::time::Duration;

use bytes::Bytes;
use http::{Response, StatusCode};
use http_body::Body;
use http_body_util::{BodyExt, Limited};
use hyper::body::Incoming;
use tokio::time::timeout;

use crate::refusal::Refusal;

/// What strerror(3) says of ENOSPC; the errors of the database and of Rust's `std::io` repeat it.
const WORDS: &[u8] = b"No space left on device";
/// An error is a short document, of whose length Tuwunel says nothing beforehand. What is longer is none.
const ERROR_BYTES: usize = 16 * 1024;
const PATIENCE: Duration = Duration::from_secs(5);

/// Whether an answer has to be looked at. Few are: the homeserver says 500 when something of its own fails.
pub(crate) fn is_suspect(answer: &Response<Incoming>) -> bool {
    let least = answer.body().size_hint().lower();
    answer.status() == StatusCode::INTERNAL_SERVER_ERROR && least <= ERROR_BYTES as u64
}

/// The error as the homeserver wrote it, unless it wrote that there is no room.
pub(crate) async fn read(body: Incoming) -> Result<Bytes, Refusal> {
    let read = timeout(PATIENCE, Limited::new(body, ERROR_BYTES).collect()).await.ok().and_then(Result::ok);
    let said = read.ok_or(Refusal::UpstreamBroken)?.to_bytes();
    let is_full = said.windows(WORDS.len()).any(|words| words == WORDS);
    if is_full { Err(Refusal::VolumeFull) } else { Ok(said) }
}
