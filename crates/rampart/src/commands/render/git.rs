//! Flakes see only what git knows: says which files of the fleet it does not know yet.

use std::{collections::BTreeSet, process::Command};

use anyhow::Result;
use camino::{Utf8Path, Utf8PathBuf};

use crate::{folder, output::Output};

/// Reminds of `git add` when the fleet lies in a git repository that does not know all of its files.
pub(super) fn remind(path: &Utf8Path, out: &mut Output) -> Result<()> {
    let unknown = untracked(path).unwrap_or_default();
    if unknown.is_empty() {
        return Ok(());
    }
    let generated = Utf8Path::new(folder::GENERATED);
    let relative: BTreeSet<Utf8PathBuf> = sources(path)?;
    let named: BTreeSet<Utf8PathBuf> = unknown
        .iter()
        .filter_map(|file| {
            if file.starts_with(generated) { Some(generated.to_owned()) } else { relative.get(file).cloned() }
        })
        .map(|file| path.join(file))
        .collect();
    if named.is_empty() {
        return Ok(());
    }
    let files: Vec<&str> = named.iter().map(|file| file.as_str()).collect();
    Ok(out.note(format!(
        "\nA flake sees only files that git knows. Run:\n  git add {}",
        files.join(" \\\n          ")
    ))?)
}

/// The files that the fleet is made of, relative to its folder.
fn sources(path: &Utf8Path) -> Result<BTreeSet<Utf8PathBuf>> {
    let files = folder::sources(path)?;
    Ok(files.iter().filter_map(|file| file.strip_prefix(path).ok()).map(Utf8Path::to_owned).collect())
}

/// Files below `path` that git does not know, relative to it; nothing where there is no git or no repository.
fn untracked(path: &Utf8Path) -> Option<Vec<Utf8PathBuf>> {
    let listing = Command::new("git")
        .arg("-C")
        .arg(path)
        // The listing must not start a program that the repository names.
        .args(["-c", "core.fsmonitor=false", "ls-files", "--others", "-z"])
        .output()
        .ok()
        .filter(|listing| listing.status.success())?;
    let names = String::from_utf8(listing.stdout).ok()?;
    Some(names.split('\0').filter(|name| !name.is_empty()).map(Utf8PathBuf::from).collect())
}
