//! Reading the configuration again. A file that cannot be used changes nothing: the old terms stay, and it is said.

use std::{path::PathBuf, sync::Arc};

use daemon::{program, reload::Hangups, state};
use settings::guard::Guard;

use crate::{load, metrics::Metrics, terms, terms::Live};

/// A guard that can be told to read its file again.
pub(crate) struct Reload {
    pub(crate) file: PathBuf,
    /// As it was started.
    pub(crate) started: Guard,
    pub(crate) live: Arc<Live>,
    pub(crate) metrics: Arc<Metrics>,
    /// What systemd was told when it was ready.
    pub(crate) status: String,
}

impl Reload {
    /// Reads the file whenever the program is told to; runs until it is dropped.
    pub(crate) async fn run(self, mut hangups: Hangups) {
        loop {
            hangups.next().await;
            state::reloading();
            let said = self.once();
            state::ready(&format!("{}; {said}", self.status));
        }
    }

    /// Reads the file once, and says what came of it.
    fn once(&self) -> &'static str {
        let file = self.file.display();
        let outcome = load::load(&self.file);
        self.metrics.reloaded(outcome.is_ok());
        match outcome {
            Ok(config) => {
                self.live.replace(&config);
                let waiting = terms::waiting(&self.started, &config);
                tracing::info!(%file, "the policy was read again");
                if waiting.is_empty() {
                    return "the policy was read again";
                }
                let keys = waiting.join(" ");
                tracing::warn!(%file, keys, "these keys need a restart and still have their old values");
                "the policy was read again; some keys need a restart"
            }
            Err(error) => {
                tracing::error!(error = program::chain(&error), "the old policy stays");
                "the file cannot be used and the old policy stays"
            }
        }
    }
}
