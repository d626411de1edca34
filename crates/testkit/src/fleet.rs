//! A fleet folder that vanishes with the test.

use std::{io, path::Path};

use crate::tree;

/// A fleet in a temporary folder.
///
/// ```
/// let fleet = testkit::TempFleet::new()?.with("fleet.toml", "[fleet]\n")?.with("hosts/a/host.toml", "")?;
/// assert_eq!(fleet.read("fleet.toml")?, "[fleet]\n");
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug)]
pub struct TempFleet {
    folder: tempfile::TempDir,
}

impl TempFleet {
    /// An empty folder.
    pub fn new() -> io::Result<Self> {
        Ok(Self { folder: tempfile::tempdir()? })
    }

    /// A copy of a folder, such as the example fleet.
    pub fn copy_of(folder: impl AsRef<Path>) -> io::Result<Self> {
        Self::of(&tree::read(folder.as_ref())?)
    }

    /// These files, such as the inputs of a case.
    pub fn of(files: &crate::Tree) -> io::Result<Self> {
        files.iter().try_fold(Self::new()?, |fleet, (name, bytes)| fleet.with(name, bytes))
    }

    /// Writes or replaces one file.
    pub fn with(self, name: &str, content: impl AsRef<[u8]>) -> io::Result<Self> {
        tree::write(self.path(), name, content.as_ref())?;
        Ok(self)
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// The text of one file.
    pub fn read(&self, name: &str) -> io::Result<String> {
        fs_err::read_to_string(self.path().join(name))
    }

    /// All files in the folder now, to prove what a command wrote or left alone.
    pub fn files(&self) -> io::Result<crate::Tree> {
        tree::read(self.path())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_has_the_same_files_and_vanishes() {
        let first = TempFleet::new().unwrap().with("a/b.toml", "x = 1").unwrap().with("c", [0xff]).unwrap();
        let second = TempFleet::copy_of(first.path()).unwrap();
        assert_eq!(first.files().unwrap(), second.files().unwrap());
        assert_eq!(second.read("a/b.toml").unwrap(), "x = 1");
        let path = second.path().to_owned();
        drop(second);
        assert!(!path.exists());
    }
}
