//! Being told to read the configuration again: SIGHUP, which `systemctl reload` sends.

use std::io;

use tokio::signal::unix::{Signal, SignalKind, signal};

/// The hang-ups that this process gets. From the first one of these on, SIGHUP no longer ends the process.
pub struct Hangups(Signal);

impl Hangups {
    /// Starts to listen. Must be called inside a runtime, and before systemd is told that the program is ready.
    pub fn listen() -> io::Result<Self> {
        signal(SignalKind::hangup()).map(Self)
    }

    /// Waits for the next one. Several that come at once count as one.
    pub async fn next(&mut self) {
        // `None` would mean that the runtime is going away; then nobody asks any more.
        if self.0.recv().await.is_none() {
            std::future::pending::<()>().await;
        }
    }
}
