//! Case files, temporary fleets, and requests as files, for tests only.
//!
//! A case is a folder of input files, or a single file: `NAME.toml` stands for a `fleet.toml`, `NAME.order` for an `order`
//! of the chat:
//!
//! ```text
//! tests/cases/err/port_taken/metrics-on-livekit/fleet.toml      input; also hosts/…/host.toml, host.json
//! tests/cases/err/port_taken/metrics-on-livekit/expected.txt    what the program says about it
//! tests/cases/err/port_taken/twice.toml                         a case of one file …
//! tests/cases/err/port_taken/twice.expected.txt                 … and its output
//! tests/cases/ok/port_taken/other-protocol.toml                 no expected file: the program says nothing
//! ```
//!
//! Adding a case needs no Rust: write the input, run the tests with `UPDATE_EXPECT=1`, read the diff.
//!
//! ```no_run
//! fn cases() -> Result<(), testkit::Failure> {
//!     let root = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cases");
//!     testkit::Cases::new(root).check(|case| String::from_utf8_lossy(&case.inputs["fleet.toml"]).into_owned())
//! }
//! ```

mod cases;
mod fleet;
#[cfg(feature = "homeserver")]
pub mod homeserver;
mod request;
mod tree;

pub use cases::{Case, Cases, Failure, Verdict};
pub use fleet::TempFleet;
pub use request::{RequestCase, request_cases};
pub use tree::Tree;
