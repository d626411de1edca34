//! What survives a restart: where the sync was, which rooms are whose, and what the desk knows. One file, replaced in one
//! step, so that an order that was heard and the place behind it are on the disk together or not at all.

use std::{
    collections::BTreeMap,
    io,
    path::{Path, PathBuf},
};

use chat::{RoomId, UserId};
use chatops::Snapshot;
use fs_err as fs;
use serde::{Deserialize, Serialize};

/// Of this format.
const VERSION: u32 = 1;

/// The content of the file. No secret is in it, but names of people.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Kept {
    version: u32,
    /// `next_batch` of the last sync whose events were all heard.
    pub(crate) position: Option<String>,
    /// The restricted room of each tenant.
    pub(crate) rooms: BTreeMap<String, RoomId>,
    /// The direct room of each person.
    pub(crate) direct: BTreeMap<UserId, RoomId>,
    /// What the desk knows; none before the first start is through.
    pub(crate) desk: Option<Snapshot>,
}

/// Why the file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KeptError {
    /// The file cannot be read or written.
    #[error("what the bot keeps cannot be read or written")]
    Io(#[from] io::Error),
    /// The file is not one of ours.
    #[error(
        "{} cannot be understood: {cause}\n  help: put back a copy; without the file the bot obeys nothing that was sent \
         before its start",
        file.display()
    )]
    Form {
        /// The file.
        file: PathBuf,
        /// What is wrong.
        cause: String,
    },
}

impl Default for Kept {
    fn default() -> Self {
        Self { version: VERSION, position: None, rooms: BTreeMap::new(), direct: BTreeMap::new(), desk: None }
    }
}

/// The file.
pub(crate) struct Store {
    file: PathBuf,
    /// What is on the disk: the same again is not written.
    written: Vec<u8>,
}

impl Store {
    /// Reads the file in the state folder. Without a file everything begins anew.
    pub(crate) fn open(folder: &Path) -> Result<(Self, Kept), KeptError> {
        let file = folder.join("state.json");
        let written = match fs::read(&file) {
            Ok(written) => written,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Ok((Self { file, written: Vec::new() }, Kept::default()));
            }
            Err(error) => return Err(error.into()),
        };
        let form = |cause: String| KeptError::Form { file: file.clone(), cause };
        let kept: Kept = serde_json::from_slice(&written).map_err(|error| form(error.to_string()))?;
        if kept.version != VERSION {
            return Err(form(format!("it has version {}, and this program knows {VERSION}", kept.version)));
        }
        Ok((Self { file, written }, kept))
    }

    /// Writes it, and returns when it is on the disk.
    pub(crate) fn save(&mut self, kept: &Kept) -> Result<(), KeptError> {
        let text = serde_json::to_vec(kept).map_err(io::Error::from)?;
        if text == self.written {
            return Ok(());
        }
        daemon::replace(&self.file, &text, 0o600)?;
        self.written = text;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use chat::RoomId;

    use super::{Kept, KeptError, Store};

    #[test]
    fn what_was_saved_is_read_back_and_anything_else_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let (mut store, mut kept) = Store::open(folder.path()).unwrap();
        kept.position = Some("s1".into());
        kept.rooms.insert("partners".into(), RoomId::new("!a:example.org"));
        store.save(&kept).unwrap();
        let (_, read) = Store::open(folder.path()).unwrap();
        assert_eq!((read.position, read.rooms), (kept.position, kept.rooms));
        for bad in ["", "{}", r#"{"version":2,"position":null,"rooms":{},"direct":{},"desk":null}"#] {
            fs_err::write(folder.path().join("state.json"), bad).unwrap();
            assert!(matches!(Store::open(folder.path()), Err(KeptError::Form { .. })), "{bad}");
        }
    }

    #[test]
    fn the_same_is_not_written_again() {
        let folder = tempfile::tempdir().unwrap();
        let (mut store, kept) = Store::open(folder.path()).unwrap();
        store.save(&kept).unwrap();
        fs_err::remove_file(folder.path().join("state.json")).unwrap();
        store.save(&kept).unwrap();
        assert!(!folder.path().join("state.json").exists());
        store.save(&Kept { position: Some("s2".into()), ..kept }).unwrap();
        assert!(folder.path().join("state.json").exists());
    }
}
