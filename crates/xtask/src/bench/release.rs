//! This program, optimised: what is measured must be what users run.

use anyhow::Result;
use camino::Utf8PathBuf;

use crate::{command, repository};

/// Builds it, if needed, and says where it is.
pub(crate) fn executable() -> Result<Utf8PathBuf> {
    program("xtask", "xtask")
}

/// The same of a program of another package.
pub(super) fn program(package: &str, name: &str) -> Result<Utf8PathBuf> {
    Ok(build(&[package])?.join(name))
}

/// Builds all programs of some packages at once, and says in which folder they are.
pub(super) fn build(packages: &[&str]) -> Result<Utf8PathBuf> {
    let packages = packages.iter().flat_map(|package| ["--package", package]);
    command::run(command::cargo(&["build", "--release", "--quiet"]).args(packages))?;
    Ok(repository::target()?.join("release"))
}
