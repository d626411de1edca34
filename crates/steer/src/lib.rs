//! Layer 5: the program `rampart-steer`. It tells each client which media server is the closest (MSC4143), by where the
//! client is and which servers are well. What it decides is decided in the crate `steering`; here is the rest:
//!
//! | file | does |
//! |---|---|
//! | `load` | reads and checks the configuration |
//! | `door` | takes connections, one task each |
//! | `answer` | the closed list of paths, and what each says |
//! | `board` | the answers of every region, made anew when something changes |
//! | `watchers` | looks at every media server and at the drain folder |
//! | `look` | one look: health and metrics, through the tunnel |
//! | `geoip` | the optional database |
//! | `drains` | the drain folder, for the program and for `rampart-steer drain` |
//! | `local` | metrics and state, on loopback |
//!
//! It holds no secret, keeps nothing of the clients, and logs no address of theirs above `debug`. When it is away, the
//! gateway gives the list without an order (Traefik, `failover`; `rampart-answer`).

mod answer;
mod board;
mod door;
pub mod drains;
mod geoip;
pub mod load;
mod local;
mod look;
mod metrics;
mod server;
mod watchers;

pub use local::{StatusError, status};
pub use server::{StartError, run};
