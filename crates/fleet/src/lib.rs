//! Layer 2: [`Written`](manifest::Written) → [`Resolved`] → [`Checked`]. No I/O.
//!
//! [`resolve()`] fills in everything that follows from the rest of the fleet; [`check`] runs every rule over the result.
//! All flows between hosts come from [`flows`](Resolved::flows) and from nothing else.

mod allocate;
mod flow;
mod flows;
mod focus;
pub mod geography;
mod index;
pub mod peer_policy;
pub mod ports;
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

/// A fleet that every rule accepted (warnings aside). Only this can be rendered.
#[derive(Debug)]
pub struct Checked(Resolved);

impl Checked {
    /// The fleet.
    pub fn fleet(&self) -> &Resolved {
        &self.0
    }
}

/// Runs every rule. There is a result only when none of them found an error.
pub fn check(resolved: Resolved) -> (Option<Checked>, Report) {
    let mut report = Report::new();
    for rule in rules::ALL {
        (rule.check)(&resolved, &mut report);
    }
    let passed = !report.has_errors(false);
    (passed.then_some(Checked(resolved)), report)
}
