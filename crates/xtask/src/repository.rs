//! Where the repository is, and its files.

use std::{env, process::Command};

use anyhow::{Context as _, Result};
use camino::{Utf8Path, Utf8PathBuf};
use cargo_metadata::MetadataCommand;

use crate::command;

/// Workspaces of fuzz targets, by their manifests. Each has a lock of its own.
pub(crate) const FUZZ_WORKSPACES: [&str; 2] = ["fuzz/Cargo.toml", "crates/ingress/fuzz/Cargo.toml"];

/// The root of the repository. `cargo run` says where it found this crate; what was compiled in may be another clone.
pub(crate) fn root() -> Utf8PathBuf {
    let here = env::var("CARGO_MANIFEST_DIR").unwrap_or_else(|_| env!("CARGO_MANIFEST_DIR").to_owned());
    let here = Utf8Path::new(&here);
    here.ancestors().nth(2).unwrap_or(here).to_owned()
}

/// Where cargo builds.
pub(crate) fn target() -> Result<Utf8PathBuf> {
    let metadata = MetadataCommand::new().manifest_path(root().join("Cargo.toml")).no_deps().exec();
    Ok(metadata.context("cargo does not say where it builds")?.target_directory)
}

/// Every file that git tracks or would track, relative to the root, sorted.
pub(crate) fn files() -> Result<Vec<Utf8PathBuf>> {
    list(&["--cached", "--others", "--exclude-standard"])
}

/// Files that git does not track yet: a flake does not see them.
pub(crate) fn untracked() -> Result<Vec<Utf8PathBuf>> {
    list(&["--others", "--exclude-standard"])
}

fn list(which: &[&str]) -> Result<Vec<Utf8PathBuf>> {
    let root = root();
    let text =
        command::output(Command::new("git").arg("-C").arg(&root).args(["ls-files", "-z"]).args(which))?;
    let mut files: Vec<Utf8PathBuf> =
        text.split('\0').filter(|path| !path.is_empty()).map(Utf8PathBuf::from).collect();
    files.retain(|path| root.join(path).is_file());
    files.sort();
    files.dedup();
    Ok(files)
}

/// Folders with a fleet in them: the example, one for each template, and those of tests that are rendered.
pub(crate) fn fleets() -> Result<Vec<Utf8PathBuf>> {
    let is_manifest = |path: &&Utf8PathBuf| {
        path.file_name() == Some("fleet.toml")
            && ["hosts", "templates", "tests/fleets"].iter().any(|folder| path.starts_with(folder))
    };
    Ok(files()?.iter().filter(is_manifest).filter_map(|path| path.parent()).map(Utf8Path::to_owned).collect())
}
