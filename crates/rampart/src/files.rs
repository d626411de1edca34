//! Writing generated files: all of them are prepared beside their place before the first one is moved to it, so that
//! a full disk or a missing permission leaves the folder as it was.

use std::{
    collections::BTreeMap,
    fs::Permissions,
    io::{self, Write},
    os::unix::fs::PermissionsExt,
};

use anyhow::Result;
use camino::{Utf8Path, Utf8PathBuf};
use fs_err as fs;
use tempfile::TempPath;

use crate::advice::Advice;

/// Permissions of a new file, less what the umask takes away.
const MODE: u32 = 0o666;

/// What has to happen to one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Change {
    /// It is as it should be.
    None,
    /// It is not there.
    New,
    /// It has another text: this one.
    Stale(String),
    /// It should not be there.
    Obsolete,
}

impl Change {
    /// The word for programs.
    pub(crate) fn word(&self) -> &'static str {
        match self {
            Self::None => "none",
            Self::New => "new",
            Self::Stale(_) => "changed",
            Self::Obsolete => "removed",
        }
    }
}

/// The difference between the files that are wanted and those that are there.
#[derive(Debug, Default)]
pub(crate) struct Plan {
    /// What has to happen, by path.
    pub(crate) changes: BTreeMap<Utf8PathBuf, Change>,
    wanted: BTreeMap<Utf8PathBuf, String>,
}

impl Plan {
    /// Adds a file with the text that it should have.
    pub(crate) fn want(&mut self, path: Utf8PathBuf, text: String) -> Result<()> {
        let change = match read(&path)? {
            None => Change::New,
            Some(now) if now == text.as_bytes() => Change::None,
            Some(now) => Change::Stale(String::from_utf8_lossy(&now).into_owned()),
        };
        self.changes.insert(path.clone(), change);
        self.wanted.insert(path, text);
        Ok(())
    }

    /// Adds a file that should not be there.
    pub(crate) fn drop(&mut self, path: Utf8PathBuf) {
        self.changes.insert(path, Change::Obsolete);
    }

    /// Adds what was done after this: of a file that both change there is what it was before, and what it is in the end.
    pub(crate) fn then(&mut self, later: Self) {
        for (path, change) in later.changes {
            let own = self.changes.entry(path).or_insert(Change::None);
            if *own == Change::None {
                *own = change;
            }
        }
        self.wanted.extend(later.wanted);
    }

    /// Every file that is not as it should be.
    pub(crate) fn stale(&self) -> impl Iterator<Item = (&Utf8Path, &Change)> {
        self.changes
            .iter()
            .map(|(path, change)| (path.as_path(), change))
            .filter(|(_, change)| **change != Change::None)
    }

    /// The text that a file should have.
    pub(crate) fn text(&self, path: &Utf8Path) -> Option<&str> {
        self.wanted.get(path).map(String::as_str)
    }

    /// Makes the files as they should be.
    pub(crate) fn apply(&self) -> Result<()> {
        let written = self.stale().filter_map(|(path, _)| Some((path, self.text(path)?)));
        let prepared: Vec<_> = written.map(|(path, text)| prepare(path, text)).collect::<Result<_>>()?;
        for (file, path) in prepared {
            file.persist(path).map_err(|error| halfway(path, error.error))?;
        }
        for (path, _) in self.stale().filter(|(_, change)| **change == Change::Obsolete) {
            fs::remove_file(path).map_err(|error| halfway(path, error))?;
        }
        Ok(())
    }
}

/// Creates a file with this text; `false` when there is something at its place already.
pub(crate) fn create(path: &Utf8Path, text: &str) -> Result<bool> {
    let (file, path) = prepare(path, text)?;
    match file.persist_noclobber(path) {
        Ok(()) => Ok(true),
        Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
        Err(error) => Err(unwritable(path, error.error).into()),
    }
}

/// Writes `text` into a file beside `path`. It vanishes unless it is moved to its place. It is closed: a large fleet has
/// more files than a process may have open.
fn prepare<'p>(path: &'p Utf8Path, text: &str) -> Result<(TempPath, &'p Utf8Path)> {
    let folder = path.parent().unwrap_or(Utf8Path::new("."));
    let attempt = || -> io::Result<TempPath> {
        fs::create_dir_all(folder)?;
        let mode = Permissions::from_mode(MODE);
        let mut builder = tempfile::Builder::new();
        let mut file = builder.prefix(".rampart-").permissions(mode).tempfile_in(folder)?;
        file.write_all(text.as_bytes())?;
        Ok(file.into_temp_path())
    };
    Ok((attempt().map_err(|error| unwritable(path, error))?, path))
}

/// The bytes of a generated file, unless it is not there. Anything but a plain file is no file of ours.
fn read(path: &Utf8Path) -> Result<Option<Vec<u8>>> {
    match fs::symlink_metadata(path) {
        Ok(metadata) if metadata.is_file() => Ok(Some(fs::read(path)?)),
        Ok(_) => {
            let help = "move it away; `rampart render` writes plain files only";
            Err(Advice::new(format!("`{path}` is not a plain file"), help).into())
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(unwritable(path, error).into()),
    }
}

/// The rare case in which some files are in place already: the folder changed under our hands.
fn halfway(path: &Utf8Path, error: io::Error) -> Advice {
    let help = "other files may be in place already; run the command again when the cause is gone";
    Advice::new(format!("`{path}` cannot be replaced"), help).because(error)
}

fn unwritable(path: &Utf8Path, error: io::Error) -> Advice {
    let help = "check that its folder is there and that you may write to it; nothing was changed";
    Advice::new(format!("`{path}` cannot be written"), help).because(error)
}
