//! This program, optimised: what is measured must be what users run.

use std::{env, process::Command};

use anyhow::{Context as _, Result};
use camino::Utf8PathBuf;
use cargo_metadata::MetadataCommand;

use crate::{command, repository};

/// Builds it, if needed, and says where it is.
pub(crate) fn executable() -> Result<Utf8PathBuf> {
    program("xtask", "xtask")
}

/// The same of a program of another package.
pub(super) fn program(package: &str, name: &str) -> Result<Utf8PathBuf> {
    let root = repository::root();
    let mut cargo = Command::new(env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned()));
    command::run(cargo.args(["build", "--release", "--quiet", "--package", package]).current_dir(&root))?;
    let metadata = MetadataCommand::new().manifest_path(root.join("Cargo.toml")).no_deps().exec();
    let folder = metadata.context("cargo does not say where it builds")?.target_directory;
    Ok(folder.join("release").join(name))
}
