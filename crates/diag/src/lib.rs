//! Every complaint Rampart can make, and the report that carries them.
//!
//! Layer 0: data only. No text is built anywhere else; commands only choose between [`Report::to_json`] and, with the
//! feature `pretty`, `pretty::render`.
//!
//! To read all complaints, open `src/kind/`; to add one, see [`kind`].
//!
//! ```
//! use diag::{Diagnostic, Kind, Place, Report, Sources};
//!
//! let mut sources = Sources::new();
//! let file = sources.add("hosts/fleet.toml", "[fleet]\nnmae = \"meridian\"\n");
//!
//! let mut report = Report::new();
//! let kind = Kind::KeyUnknown { key: "nmae".into(), did_you_mean: Some("name".into()) };
//! report.push(Diagnostic::new(kind).at(Place::new(file, 8..12)));
//!
//! let json = report.to_json(&sources);
//! assert_eq!(json["diagnostics"][0]["line"], 2);
//! assert_eq!(json["diagnostics"][0]["help"], "did you mean `name`?");
//! ```

mod complaints;
pub mod kind;
mod nearest;
mod place;
#[cfg(feature = "pretty")]
pub mod pretty;
mod report;
mod sources;

pub use kind::{Code, CodeUnknown, Kind, Severity};
pub use nearest::nearest;
pub use place::Place;
pub use report::{Diagnostic, Report};
pub use sources::{Position, Sources};
