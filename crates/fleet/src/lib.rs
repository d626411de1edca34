//! Layer 2: [`Written`](manifest::Written) → [`Resolved`] → [`Checked`]. No I/O.
//!
//! [`resolve()`] fills in everything that follows from the rest of the fleet; [`check`] runs every rule over the result.
//! All flows between hosts come from [`flows`](Resolved::flows) and from nothing else.

mod allocate;
mod certificates;
mod flow;
mod flows;
mod focus;
pub mod geography;
mod index;
pub mod peer_policy;
pub mod ports;
pub mod promises;
mod relay;
mod resolve;
mod resolved;
pub mod rules;

pub use flow::{Direction, Flow, Net, Party, Passage, Protocol};
pub use focus::{Cluster, Focus, FocusKind};
pub use index::Index;
pub use relay::Relay;
pub use resolve::resolve;
pub use resolved::{Resolved, ResolvedHost, Role};

use diag::Report;
use rayon::iter::{IntoParallelRefIterator as _, ParallelIterator as _};
use settings::daemons::Daemon;
use values::Version;

/// A fleet that every rule accepted (warnings aside). Only this can be rendered.
#[derive(Debug)]
pub struct Checked(Resolved);

impl Checked {
    /// The fleet.
    pub fn fleet(&self) -> &Resolved {
        &self.0
    }

    /// The same fleet with these versions of daemons on every host: what is installed where NixOS is not. No rule is asked
    /// about them.
    #[must_use]
    pub fn with_installed(mut self, installed: &[(Daemon, Version)]) -> Self {
        for host in self.0.hosts.values_mut() {
            for (daemon, version) in installed {
                host.versions.set(*daemon, *version);
            }
        }
        self
    }
}

/// Runs every rule, several at once. There is a result only when none of them found an error.
pub fn check(resolved: Resolved) -> (Option<Checked>, Report) {
    let complaints: Vec<Report> = rules::ALL.par_iter().map(|rule| rule.complaints(&resolved)).collect();
    let report: Report = complaints.into_iter().flatten().collect();
    let passed = !report.has_errors(false);
    (passed.then_some(Checked(resolved)), report)
}
