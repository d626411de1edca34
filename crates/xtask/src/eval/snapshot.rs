//! The repository as one path of the store, so that all processes of a run see the same files.

use std::process::Command;

use anyhow::{Context as _, Result};
use camino::Utf8Path;

use super::nix;
use crate::{command, repository};

/// Puts every file that git tracks or would track into the store; gives a flake reference.
pub(super) fn take() -> Result<String> {
    let folder = tempfile::tempdir()?;
    let copy = Utf8Path::from_path(folder.path()).context("the temporary folder has a strange name")?;
    let root = repository::root();
    for path in repository::files()? {
        let target = copy.join(&path);
        target.parent().map_or(Ok(()), fs_err::create_dir_all)?;
        fs_err::copy(root.join(&path), target)?;
    }
    Ok(format!("path:{}", add(copy)?))
}

/// Adds a folder to the store.
pub(super) fn add(folder: &Utf8Path) -> Result<String> {
    let words = ["store", "add-path", "--name", "source", folder.as_str()];
    Ok(command::output(nix::command(Command::new("nix")).args(words))?.trim().to_owned())
}
