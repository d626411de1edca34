//! What only this host may read: metrics and the state of the foci.

use std::{io, net::SocketAddr, sync::Arc, time::Duration};

use daemon::metrics;
use steering::Status;
use tokio::time::timeout;

use crate::{geoip::Geoip, look, metrics::Metrics, watchers::Watchers};

/// How long the running program may take to answer.
const PATIENCE: Duration = Duration::from_secs(10);
/// Where the state is.
const STATUS: &str = "/status";

/// What the pages are made from.
pub(crate) struct Pages {
    pub(crate) watchers: Arc<Watchers>,
    pub(crate) metrics: Arc<Metrics>,
    pub(crate) geoip: Arc<Geoip>,
}

impl Pages {
    /// Type and text of what is at a path.
    pub(crate) fn at(&self, path: &str) -> Option<(&'static str, String)> {
        let status = self.watchers.status();
        match path {
            metrics::PATH => Some((metrics::FORMAT, self.metrics.page(&status.foci, self.geoip.is_loaded()))),
            STATUS => Some(("application/json", serde_json::to_string(&status).unwrap_or_default())),
            _ => None,
        }
    }
}

/// Why the state cannot be shown.
#[derive(Debug, thiserror::Error)]
pub enum StatusError {
    /// The program does not answer.
    #[error(
        "rampart-steer does not answer on {address}: {cause}\n  help: `systemctl status rampart-steer` says why"
    )]
    Silent {
        /// Where it was asked.
        address: SocketAddr,
        /// What went wrong.
        cause: String,
    },
    /// Another version answered.
    #[error("what answers on {address} is not this version of rampart-steer: {cause}\n  help: restart it")]
    Foreign {
        /// Where it was asked.
        address: SocketAddr,
        /// What went wrong.
        cause: serde_json::Error,
    },
    /// No runtime.
    #[error("{0}")]
    Runtime(#[from] io::Error),
}

/// Asks the running program for the state of the foci.
pub fn status(address: SocketAddr) -> Result<Status, StatusError> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let silent = |cause: String| StatusError::Silent { address, cause };
    let page = runtime
        .block_on(async { timeout(PATIENCE, look::own_page(address, STATUS)).await })
        .map_err(|_| silent("it took too long".to_owned()))?
        .map_err(|fault| silent(fault.to_string()))?;
    serde_json::from_slice(&page).map_err(|cause| StatusError::Foreign { address, cause })
}
