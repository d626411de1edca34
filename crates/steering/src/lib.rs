//! Layer 4: which media server a client is told first. No I/O, no clock.
//!
//! | file | asks |
//! |---|---|
//! | `locate` | in which region is an address: by the networks of the regions, by what a GeoIP database says, else the default |
//! | `order` | which foci, in which order, does a region get |
//! | `health` | is a media server well, seen over several looks |
//! | `answers` | what both discovery surfaces say; they are made from one list |
//! | `status` | what `rampart-steer status` says and `rampart edge` reads |
//! | `map` | all of it for one configuration |
//!
//! Clients take the first entry of the list (MSC4143) and publish there; nothing here moves media (decision 0003).

mod answers;
mod fault;
mod health;
mod locate;
mod map;
mod order;
mod status;

pub use answers::{Answers, answers};
pub use fault::Fault;
pub use health::{Change, Health};
pub use locate::{By, Located, Locator, Origin};
pub use map::SteeringMap;
pub use order::{Candidate, State, order};
pub use status::{Figures, FocusStatus, ServerStatus, Status};
