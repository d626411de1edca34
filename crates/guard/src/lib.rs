//! Layer 5: the program `rampart-guard`, the only way from the network to the homeserver's socket.
//!
//! A request passes these files in this order:
//!
//! | file | asks |
//! |---|---|
//! | `door` | through which door, from which peer, is there room |
//! | `connection` | is it HTTP/1.1 within the limits |
//! | `gate` | may it go on; **every** verdict is given there, before a byte reaches the homeserver |
//! | `desk` | the few bodies that decide are collected here within a bound, and what goes on is what was judged |
//! | `headers`, `forwarded` | what the homeserver is told about the client |
//! | `body` | how much has passed, does it still move |
//! | `upstream` | the pooled way to the homeserver's socket |
//! | `full` | has the homeserver failed for want of room |
//!
//! The settings are declared in `settings::guard`; `load` reads them. `terms` are those that `reload` changes in a running
//! guard; `metrics` counts what happens.
//!
//! [`answer`] is the program beside Traefik that says the same refusals where Traefik refuses.
//!
//! [`survey`] looks at what was there before the guard.
//!
//! A request that does not get through ends as one [`refusal`](refusal::Refusal).

pub mod answer;
mod body;
mod connection;
mod desk;
mod door;
mod forwarded;
mod full;
mod gate;
mod headers;
pub mod judge;
pub mod load;
mod metrics;
mod pieces;
mod proxy;
mod record;
pub mod refusal;
mod reload;
mod server;
mod session;
pub mod survey;
mod terms;
mod upstream;
mod users;
mod verdicts;

pub use server::{ANSWER_TIMEOUT, StartError, run, serve};
