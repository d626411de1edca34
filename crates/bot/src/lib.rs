//! Layer 5: the program `rampart-bot`. It takes orders of staff in a restricted room and passes them on to the tenants'
//! brokers. What an order means and who may give it is decided in `chatops`; here is everything that touches the world.
//!
//! | file | duty |
//! |---|---|
//! | `server` | starting, and the loop in which the desk hears |
//! | `kept` | what survives a restart, in one file that is replaced in one step |
//! | `matrix` | the port of the crate `chat` on `matrix-sdk` |
//! | `carry` | carrying out what the desk wants done |
//! | `brokers` | questions to brokers |
//! | `records` | the ledger |
//! | `compare` | the ledger held against a broker's |
//! | `rules` | the desk's rules, from settings |
//! | `numbers` | metrics |

mod brokers;
mod carry;
pub mod compare;
mod kept;
pub mod load;
mod matrix;
mod numbers;
mod records;
mod rules;
mod server;

pub use brokers::BrokersError;
pub use kept::KeptError;
pub use matrix::Fault;
pub use server::{StartError, run};
