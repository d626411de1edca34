//! The desk: the few bodies that decide are collected here, judged, and written anew.

use std::{sync::Arc, time::Duration};

use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use ingress::{BodyJudge, MAX_BODY_BYTES, Note, Policy, Verdict};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::timeout,
};

use crate::{
    body::{BodyFault, Counted, Progress},
    pieces::Bodies,
    refusal::Refusal,
    upstream::Failure,
};

/// Memory for all bodies on the desk together, but for one. One is at most [`MAX_BODY_BYTES`] long, most have less than a
/// kilobyte.
const ROOM_KIB: usize = 8 * 1024;
const KIB: usize = 1024;
/// How long a body waits for room, and how long it may take to arrive.
const WAIT: Duration = Duration::from_secs(5);
const ARRIVAL: Duration = Duration::from_secs(15);

/// Where bodies are judged.
pub(crate) struct Desk {
    room: Arc<Semaphore>,
    /// The place of one more body, whatever its length.
    last: Arc<Semaphore>,
    arrival: Duration,
    bodies: Bodies,
}

/// A body that may go on. It keeps its room until it is gone.
pub(crate) struct Judged {
    pub(crate) body: Bytes,
    pub(crate) notes: Vec<Note>,
    pub(crate) room: Room,
}

/// What a body takes up.
pub(crate) struct Room {
    kib: OwnedSemaphorePermit,
    last: Option<OwnedSemaphorePermit>,
}

impl Desk {
    /// `patience` bounds the arrival of a body where it is shorter than the desk's own.
    pub(crate) fn new(patience: Duration, bodies: Bodies) -> Self {
        let (room, last) = (Arc::new(Semaphore::new(ROOM_KIB)), Arc::new(Semaphore::new(1)));
        Self { room, last, arrival: ARRIVAL.min(patience), bodies }
    }

    /// Collects a body and has it judged.
    pub(crate) async fn judge(
        &self,
        judge: &BodyJudge,
        body: Incoming,
        policy: &Policy,
    ) -> Result<Judged, Failure> {
        let limit = MAX_BODY_BYTES as u64;
        let counted = Counted::new(body, limit, Progress::new(), &self.bodies);
        let counted = counted.map_err(|_| refused(judge.too_long()))?;
        let collected =
            timeout(self.arrival, self.collect(counted)).await.map_err(|_| Refusal::BodyStalled)?;
        let (body, room) = collected.map_err(|fault| match fault {
            Fault::Body(BodyFault::TooLarge) => refused(judge.too_long()),
            Fault::Body(BodyFault::Broken(_)) => Refusal::BodyBroken.into(),
            Fault::Full => Refusal::DeskFull.into(),
        })?;
        match judge.judge(&body, policy) {
            Verdict::Rebuilt { body, notes } => Ok(Judged { body: body.into(), notes, room }),
            Verdict::Refuse(refusal) => Err(refused(refusal)),
            Verdict::Pass => Ok(Judged { body, notes: Vec::new(), room }),
        }
    }

    /// A body takes room as it arrives, so that announcing much costs nobody anything.
    async fn collect(&self, mut body: Counted) -> Result<(Bytes, Room), Fault> {
        let mut room = Room { kib: wait_for(&self.room).await?, last: None };
        let mut all = BytesMut::new();
        while let Some(frame) = body.frame().await {
            let Ok(data) = frame.map_err(Fault::Body)?.into_data() else { continue };
            self.grow(&mut room, (all.len() + data.len()).div_ceil(KIB)).await?;
            all.extend_from_slice(&data);
        }
        Ok((all.freeze(), room))
    }

    /// Who has some room gets more at once or not at all: bodies that waited for each other's room would all wait in vain.
    /// They finish one after the other, in the last place.
    async fn grow(&self, room: &mut Room, kib: usize) -> Result<(), Fault> {
        let missing = kib.saturating_sub(room.kib.num_permits());
        if missing == 0 || room.last.is_some() {
            return Ok(());
        }
        let missing = u32::try_from(missing).map_err(|_| Fault::Full)?;
        match Arc::clone(&self.room).try_acquire_many_owned(missing) {
            Ok(more) => room.kib.merge(more),
            Err(_) => room.last = Some(wait_for(&self.last).await?),
        }
        Ok(())
    }
}

/// Waits for the first kibibyte, or for the last place.
async fn wait_for(room: &Arc<Semaphore>) -> Result<OwnedSemaphorePermit, Fault> {
    let waited = timeout(WAIT, Arc::clone(room).acquire_owned()).await;
    waited.ok().and_then(Result::ok).ok_or(Fault::Full)
}

/// Why a body is not complete.
enum Fault {
    Body(BodyFault),
    /// No room has become free in time.
    Full,
}

fn refused(refusal: ingress::Refusal) -> Failure {
    Refusal::from(refusal).into()
}
