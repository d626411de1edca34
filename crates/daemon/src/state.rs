//! Telling systemd how far the program is (`Type=notify`). Outside systemd these do nothing.

use sd_notify::NotifyState;

/// All doors are open; `status` is shown by `systemctl status`.
pub fn ready(status: &str) {
    tell(&[NotifyState::Ready, NotifyState::Status(status)]);
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
