//! A folder held in memory.

use std::{collections::BTreeMap, io, path::Path};

/// Files of a folder by their path inside it (`/` on every system).
pub type Tree = BTreeMap<String, Vec<u8>>;

/// Reads a folder with all its sub-folders.
pub(crate) fn read(folder: &Path) -> io::Result<Tree> {
    let mut tree = Tree::new();
    for (name, path) in entries(folder)? {
        if path.is_dir() {
            tree.extend(read(&path)?.into_iter().map(|(inner, bytes)| (format!("{name}/{inner}"), bytes)));
        } else {
            tree.insert(name, fs_err::read(&path)?);
        }
    }
    Ok(tree)
}

/// Names and paths in a folder, sorted.
pub(crate) fn entries(folder: &Path) -> io::Result<BTreeMap<String, std::path::PathBuf>> {
    fs_err::read_dir(folder)?
        .map(|entry| entry.map(|entry| (entry.file_name().to_string_lossy().into_owned(), entry.path())))
        .collect()
}

/// Writes one file and the folders above it.
pub(crate) fn write(folder: &Path, name: &str, bytes: &[u8]) -> io::Result<()> {
    let path = folder.join(name);
    path.parent().map_or(Ok(()), fs_err::create_dir_all)?;
    fs_err::write(path, bytes)
}
