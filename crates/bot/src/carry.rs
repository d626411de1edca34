//! Carrying out what the desk wants done. Whatever comes of it goes into one queue, from which the desk hears of it.

use std::{sync::Arc, time::Duration};

use backon::{ExponentialBuilder, Retryable as _};
use chat::{Chat as _, ChatError, EventId};
use chatops::{Deed, Outcome, Post, Step, StepId};
use tokio::{
    sync::mpsc::{self, UnboundedReceiver, UnboundedSender},
    time,
};

use crate::{
    brokers::Brokers,
    matrix::{Matrix, backoff},
    records::Records,
};

/// How long a message to one person is tried on. The desk then ends the token that was in it.
const TELL_FOR: Duration = Duration::from_mins(1);

/// How long a sign waits. A homeserver that does one thing at a time would take it before the answer, which most orders have
/// by then.
const SIGN_AFTER: Duration = Duration::from_millis(100);

/// What came of a step.
pub(crate) type Ended = (StepId, Outcome);

/// Hands for the desk.
pub(crate) struct Hands {
    matrix: Arc<Matrix>,
    brokers: Brokers,
    records: Records,
    notices: UnboundedSender<(StepId, Post)>,
    signs: UnboundedSender<(StepId, Post)>,
    ended: UnboundedSender<Ended>,
    busy: usize,
}

impl Hands {
    /// The hands, and the queue of what ended.
    pub(crate) fn new(
        matrix: Arc<Matrix>,
        brokers: Brokers,
        records: Records,
    ) -> (Self, UnboundedReceiver<Ended>) {
        let (ended, queue) = mpsc::unbounded_channel();
        let lane = |after| {
            let (posts, wanted) = mpsc::unbounded_channel();
            tokio::spawn(post_all(Arc::clone(&matrix), after, wanted, ended.clone()));
            posts
        };
        let (notices, signs) = (lane(Duration::ZERO), lane(SIGN_AFTER));
        (Self { matrix, brokers, records, notices, signs, ended, busy: 0 }, queue)
    }

    /// How many steps have not ended yet.
    pub(crate) fn busy(&self) -> usize {
        self.busy
    }

    /// To be told of each step that was taken from the queue.
    pub(crate) fn ended(&mut self) {
        self.busy = self.busy.saturating_sub(1);
    }

    /// Begins steps. Notices follow each other, and so do signs, so that no answer waits for a sign; everything else goes
    /// side by side.
    pub(crate) fn take(&mut self, steps: Vec<Step>) {
        for Step { id, deed } in steps {
            self.busy += 1;
            let ended = self.ended.clone();
            match deed {
                Deed::Post(post) => {
                    let is_sign = matches!(post, Post::React { .. });
                    let lane = if is_sign { &self.signs } else { &self.notices };
                    let _ = lane.send((id, post));
                }
                Deed::Ask { broker, ask } => {
                    let brokers = self.brokers.clone();
                    tokio::spawn(async move {
                        let outcome = brokers.ask(&broker, &ask).await;
                        let _ = ended.send((id, outcome));
                    });
                }
                Deed::Tell { user, content } => {
                    let matrix = Arc::clone(&self.matrix);
                    tokio::spawn(async move {
                        let transaction = id.transaction();
                        let tell = || async { matrix.tell(&user, &content, &transaction).await };
                        let told = patiently(tell, backoff().with_total_delay(Some(TELL_FOR))).await;
                        if let Err(error) = &told {
                            tracing::warn!(%user, %error, "nothing could be said to a person alone");
                        }
                        let _ = ended.send((id, outcome(told)));
                    });
                }
                Deed::Record(entry) => {
                    let _ = ended.send((id, self.records.write(&entry)));
                }
                Deed::Recall { tenant, since, most } => {
                    let _ = ended.send((id, self.records.recall(&tenant, since, most)));
                }
            }
        }
    }

    /// Signs what is in the ledger.
    pub(crate) fn seal(&mut self) {
        self.records.seal();
    }
}

/// Posts, one after the other, each some time later and until it is there or never will be.
async fn post_all(
    matrix: Arc<Matrix>,
    after: Duration,
    mut wanted: UnboundedReceiver<(StepId, Post)>,
    ended: UnboundedSender<Ended>,
) {
    while let Some((id, post)) = wanted.recv().await {
        time::sleep(after).await;
        let said = patiently(|| async { one(&matrix, id, &post).await }, backoff()).await;
        if let Err(error) = &said {
            tracing::warn!(%error, "nothing could be said in a room");
        }
        if ended.send((id, outcome(said))).is_err() {
            return;
        }
    }
}

async fn one(matrix: &Matrix, id: StepId, post: &Post) -> Result<EventId, ChatError> {
    let transaction = id.transaction();
    match post {
        Post::Say { room, thread, content } => matrix.say(room, thread.as_ref(), content, &transaction).await,
        Post::React { room, target, key } => matrix.react(room, target, key, &transaction).await,
    }
}

fn outcome(said: Result<EventId, ChatError>) -> Outcome {
    said.map_or(Outcome::Unsent, Outcome::Sent)
}

/// Tries on while the error passes, as long as a homeserver asks for or with growing pauses.
async fn patiently<F, Fut>(attempt: F, pauses: ExponentialBuilder) -> Result<EventId, ChatError>
where
    F: FnMut() -> Fut,
    Fut: Future<Output = Result<EventId, ChatError>>,
{
    attempt
        .retry(pauses)
        .when(ChatError::is_passing)
        .adjust(|error, pause| match error {
            ChatError::RateLimited { after: Some(after) } => pause.map(|_| *after),
            _ => pause,
        })
        .await
}
