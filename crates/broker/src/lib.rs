//! Layer 5: the program `rampart-broker`, a closed list of verbs before the admin API of a homeserver.
//!
//! The admin token stays here. Whoever may ask (`broker_api`) can do no more than the verbs say, and every call is in the
//! ledger. A request passes these files in this order:
//!
//! | file | asks |
//! |---|---|
//! | `door` | through which door, who is it, how often, is it a request of a verb of this door |
//! | `verbs` | what the verb does; one file for each group |
//! | `desk` | what everything else stands on: the book, the ledger, the homeserver, one lock for each token and account |
//! | `book` | what is known, replayed from the ledger at every start: tokens, redemptions, links, rooms |
//! | `event` | what can happen; each event is one record of the ledger |
//! | `homeserver` | the few admin routes that are used, on Tuwunel and Synapse |
//! | `settle` | what a crash or a silent homeserver left half-done is looked at again and ended |
//! | `directory` | LDAP, on the core |
//!
//! `bootstrap` makes the first administrator, `staff` the accounts of staff on the core. `client` is what the bot and the page ask with.

mod book;
pub mod bootstrap;
pub mod client;
mod desk;
mod directory;
mod door;
mod event;
mod homeserver;
pub mod load;
mod secret;
mod server;
mod settle;
pub mod staff;
mod state;
mod verbs;

pub use server::{StartError, run};
