//! Layer 2: the text of a fleet folder → [`Written`], the typed manifest in which every option may be unset,
//! together with the [`Places`] of all keys. No I/O: the caller reads the files.
//!
//! Reading goes on after an error: a value that is refused is reported and left out, so that one run finds them all.

mod parts;
mod places;
mod record;
mod refused;
mod table;
mod tree;
mod written;

pub use parts::{PART_NAMES, Parts};
pub use places::Places;
pub use record::{Allocations, PublicKeys};
pub use written::{ALLOCATIONS, Written, WrittenHost};

use std::collections::BTreeMap;

use diag::{Report, Sources};

/// One file as read from the disk.
#[derive(Debug, Clone, Default)]
pub struct Input {
    /// Name in messages: the path as the user knows it.
    pub name: String,
    /// Content.
    pub bytes: Vec<u8>,
}

/// The files of a fleet folder.
#[derive(Debug, Clone, Default)]
pub struct Files {
    /// `fleet.toml`.
    pub fleet: Input,
    /// `<host>/host.toml` by host.
    pub hosts: BTreeMap<String, Input>,
    /// `allocations.json`, once it exists.
    pub allocations: Option<Input>,
    /// `keys.json`, once it exists.
    pub keys: Option<Input>,
}

/// What reading gave.
#[derive(Debug)]
pub struct Parsed {
    /// The manifest, without what was refused.
    pub written: Written,
    /// What was refused.
    pub report: Report,
    /// The texts, for showing places.
    pub sources: Sources,
}

/// Largest file that is read, in bytes. Ten thousand hosts take about 3 MB.
pub const SIZE_LIMIT: usize = 16 << 20;

/// Reads a fleet folder.
pub fn parse(files: Files) -> Parsed {
    let mut reader = written::Reader::default();
    reader.fleet(files.fleet);
    for (host, input) in files.hosts {
        reader.host(&host, input);
    }
    reader.allocations(files.allocations);
    reader.keys(files.keys);
    reader.finish()
}
