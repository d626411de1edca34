//! Telling systemd how far the program is (`Type=notify`). Outside systemd these do nothing.

use sd_notify::NotifyState;

/// All doors are open; `status` is shown by `systemctl status`.
pub fn ready(status: &str) {
    tell(&[NotifyState::Ready, NotifyState::Status(status)]);
}

/// The configuration is being read again. [`ready`] must follow, whatever comes of it (`sd_notify(3)`, `RELOADING=1`).
pub fn reloading() {
    match NotifyState::monotonic_usec_now() {
        Ok(now) => tell(&[NotifyState::Reloading, now]),
        Err(error) => tracing::warn!(%error, "systemd was not told about the reload"),
    }
}

/// No new work is taken; what is in flight is finished.
pub fn stopping() {
    tell(&[NotifyState::Stopping]);
}

fn tell(states: &[NotifyState<'_>]) {
    if let Err(error) = sd_notify::notify(states) {
        tracing::warn!(%error, "systemd was not told about the program's state");
    }
}
