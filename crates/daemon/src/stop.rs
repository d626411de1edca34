//! Stopping: signals become a token, and work in flight ends within a bound.

use std::{io, time::Duration};

use tokio::{
    signal::unix::{Signal, SignalKind, signal},
    time::timeout,
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// A token that is cancelled by the first SIGTERM or SIGINT. Must be called inside a runtime.
pub fn on_signals() -> io::Result<CancellationToken> {
    let (terminate, interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    let token = CancellationToken::new();
    tokio::spawn(cancel_on(terminate, "SIGTERM", token.clone()));
    tokio::spawn(cancel_on(interrupt, "SIGINT", token.clone()));
    Ok(token)
}

async fn cancel_on(mut signal: Signal, name: &'static str, token: CancellationToken) {
    signal.recv().await;
    tracing::info!(signal = name, "stopping");
    token.cancel();
}

/// Waits until all tracked work has ended, at most `limit`. Returns how many pieces are still going.
pub async fn drain(work: &TaskTracker, limit: Duration) -> usize {
    work.close();
    if timeout(limit, work.wait()).await.is_ok() {
        return 0;
    }
    let left = work.len();
    tracing::warn!(left, "stopping although work is still in flight");
    left
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::{Instant, sleep};
    use tokio_util::task::TaskTracker;

    use super::drain;

    #[tokio::test(start_paused = true)]
    async fn waits_for_work_in_flight() {
        let work = TaskTracker::new();
        work.spawn(sleep(Duration::from_secs(3)));
        let start = Instant::now();
        assert_eq!(drain(&work, Duration::from_secs(10)).await, 0);
        assert_eq!(start.elapsed().as_secs(), 3);
    }

    #[tokio::test(start_paused = true)]
    async fn does_not_wait_longer_than_the_limit() {
        let work = TaskTracker::new();
        work.spawn(sleep(Duration::from_mins(1)));
        work.spawn(sleep(Duration::from_secs(1)));
        let start = Instant::now();
        assert_eq!(drain(&work, Duration::from_secs(10)).await, 1);
        assert_eq!(start.elapsed().as_secs(), 10);
    }
}
