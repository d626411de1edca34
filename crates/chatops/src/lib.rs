//! Layer 4: what a chat bot makes of an order. No network, no clock, no files: what happened and the time come in, steps
//! go out.
//!
//! The adapter drives a [`Desk`]:
//!
//! 1. [`Desk::new`], or [`Desk::resume`] with the last snapshot;
//! 2. for everything that is heard [`Desk::hear`], for every step that has ended [`Desk::heard_back`], and
//!    [`Desk::tick`] when [`Desk::wake_at`] has come;
//! 3. after each of these **first** store [`Desk::snapshot`], **then** take the steps, and only then let the homeserver
//!    forget what was heard (the position of the sync). Steps about rooms are taken in their order; a question to a
//!    broker, a record and a message to a person need not wait for each other.
//!
//! A crash at any point loses no order and obeys none twice: steps that were not heard back of are given out again by
//! `resume`, under the same id.
//!
//! | file | duty |
//! |---|---|
//! | `rules` | what the fleet decides |
//! | `grammar`, `command` | from a line to an order |
//! | `permit`, `meter` | who may, and how often |
//! | `job`, `plan` | an order that is being carried out, and what the broker is asked |
//! | `desk` | the state machine |
//! | `reply`, `markup`, `moment` | what people are told; where names of people become harmless and addresses vanish |
//! | `ask`, `step`, `entry`, `figures`, `state` | what crosses to the adapter: questions, steps, records, metrics, snapshot |

mod ask;
mod command;
mod desk;
mod entry;
mod figures;
pub mod grammar;
mod job;
mod markup;
mod meter;
mod moment;
mod permit;
mod plan;
mod reply;
mod rules;
mod state;
mod step;

pub use ask::{Answer, Ask, Asker, Broker};
pub use command::{Command, Since};
pub use desk::Desk;
pub use entry::{Because, Entry, Event, Recorded, Trouble};
pub use figures::{End, Figures, TenantFigures};
pub use rules::{Rules, Tenant};
pub use state::Snapshot;
pub use step::{Deed, Outcome, Post, Step, StepId};
