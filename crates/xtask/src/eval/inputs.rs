//! Where the flake's inputs come from.
//!
//! `~/.cache/rampart` may hold trees of them: `nixpkgs/` (or wherever `RAMPART_NIXPKGS` points) and `inputs/<name>/`, with
//! their paths of the store in `inputs/store-paths.txt`. They stand in for what flake.lock names. Without them the
//! locked inputs are tried.
//!
//! The one nixpkgs tree stands in for both pins. It is older than the newer pin, so there its daemons are given the versions
//! that the table of daemons has for that pin; `overlays.newer` then picks them as it would there.

use std::{collections::BTreeMap, env, fmt::Write as _, process::Command};

use anyhow::{Context as _, Result};
use camino::{Utf8Path, Utf8PathBuf};
use serde_json::Value;
use settings::daemons::TABLE;

use super::{nix, snapshot};
use crate::{cache, command, repository};

/// Paths of the store by name of the input; none of them when the locked ones can be had.
#[derive(Debug, Default)]
pub(crate) struct Inputs {
    overrides: Vec<(String, String)>,
}

impl Inputs {
    /// Finds inputs, or says why there are none.
    pub(super) fn find(flake: &str) -> Result<Result<Self, String>> {
        let Some(nixpkgs) = nixpkgs()? else { return Ok(locked(flake)) };
        let mut overrides = Vec::new();
        for name in names()? {
            if name == NEWER {
                overrides.push((name, newer(&nixpkgs)?));
            } else if name == "nixpkgs" {
                overrides.push((name, nixpkgs.clone()));
            } else if let Some(path) = in_store(&name, &cache::folder().join("inputs").join(&name))? {
                overrides.push((name, path));
            } else {
                return Ok(Err(format!("nixpkgs is there, but not the input `{name}`")));
            }
        }
        Ok(Ok(Self { overrides }))
    }

    /// The words that put them in the place of what is locked.
    pub(super) fn words(&self) -> Vec<String> {
        self.words_below("")
    }

    /// The same for a flake that has ours as an input; `prefix` is the name of that input with a slash.
    pub(super) fn words_below(&self, prefix: &str) -> Vec<String> {
        let one = |(name, path): &(String, String)| {
            ["--override-input".into(), format!("{prefix}{name}"), format!("path:{path}")]
        };
        self.overrides.iter().flat_map(one).collect()
    }
}

/// The input of the newer pin.
const NEWER: &str = "nixpkgs-unstable";

/// A flake that stands in for the newer pin.
fn newer(nixpkgs: &str) -> Result<String> {
    let folder = tempfile::tempdir()?;
    let place = Utf8Path::from_path(folder.path()).context("the temporary folder has a strange name")?;
    let versions: BTreeMap<_, _> = TABLE.iter().map(|entry| (entry.package, entry.pinned)).collect();
    fs_err::write(place.join("versions.json"), serde_json::to_string(&versions)?)?;
    fs_err::write(place.join("flake.nix"), include_str!("newer.nix").replace("@nixpkgs@", nixpkgs))?;
    snapshot::add(place)
}

/// The modules of secrets providers, as a Nix attribute set of paths; none when the cache lacks one.
pub(super) fn providers() -> Result<Option<String>> {
    let mut sources = String::new();
    for name in ["sops-nix", "agenix"] {
        let Some(path) = in_store(name, &cache::folder().join("inputs").join(name))? else { return Ok(None) };
        let _ = write!(sources, "{name} = {path}; ");
    }
    Ok(Some(format!("{{ {sources}}}")))
}

/// A nixpkgs tree in the store, if there is one.
pub(crate) fn nixpkgs() -> Result<Option<String>> {
    let named = env::var("RAMPART_NIXPKGS").ok().map(Utf8PathBuf::from);
    in_store("nixpkgs", &named.unwrap_or_else(|| cache::folder().join("nixpkgs")))
}

/// Whether the locked inputs can be had.
fn locked(flake: &str) -> Result<Inputs, String> {
    println!("no nixpkgs in {}; trying the locked inputs", cache::folder());
    let mut words = vec!["--option", "connect-timeout", "5", "--option", "download-attempts", "1"];
    let attribute = format!("{flake}#checks.x86_64-linux");
    words.extend(["eval", attribute.as_str(), "--apply", "builtins.attrNames"]);
    match command::output(nix::online(Command::new("nix")).args(words)) {
        Ok(_) => Ok(Inputs::default()),
        Err(error) => {
            let text = format!("{error:#}");
            let last = text.lines().rev().find(|line| line.contains("error:")).unwrap_or("nix failed");
            Err(format!(
                "there is no nixpkgs in {}, and the locked one cannot be had ({})",
                cache::folder(),
                last.trim()
            ))
        }
    }
}

/// Names of the flake's own inputs.
fn names() -> Result<Vec<String>> {
    let lock: Value = serde_json::from_str(&fs_err::read_to_string(repository::root().join("flake.lock"))?)?;
    let inputs = lock["nodes"]["root"]["inputs"].as_object().context("flake.lock has no inputs")?;
    Ok(inputs.keys().cloned().collect())
}

/// The path of the store of an input whose files are in `tree`. Copying nixpkgs takes minutes, so the path is noted.
fn in_store(name: &str, tree: &Utf8Path) -> Result<Option<String>> {
    if tree.starts_with("/nix/store") {
        return Ok(tree.exists().then(|| tree.to_string()));
    }
    if !tree.exists() {
        return Ok(None);
    }
    // The list belongs to the trees in the cache, not to one that somebody points to.
    let is_cached = tree.starts_with(cache::folder());
    let noted = [cache::folder().join("inputs/store-paths.txt"), cache::folder().join("store-paths.txt")];
    let listed = || noted.iter().find_map(|list| noted_path(list, name));
    if let Some(path) = is_cached.then(listed).flatten() {
        return Ok(Some(path));
    }
    println!("copying {tree} to the store, once");
    let path = snapshot::add(tree)?;
    if is_cached {
        note(&noted[1], name, &path)?;
    }
    Ok(Some(path))
}

fn noted_path(list: &Utf8Path, name: &str) -> Option<String> {
    let text = fs_err::read_to_string(list).ok()?;
    let paths = text.lines().filter_map(|line| line.split_once(' '));
    let path = paths.filter(|(noted, _)| *noted == name).map(|(_, path)| path).next_back()?;
    Utf8Path::new(path).exists().then(|| path.to_owned())
}

fn note(list: &Utf8Path, name: &str, path: &str) -> Result<()> {
    let before = fs_err::read_to_string(list).unwrap_or_default();
    Ok(fs_err::write(list, format!("{before}{name} {path}\n"))?)
}
