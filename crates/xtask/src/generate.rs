//! Files derived from Rust, which Nix evaluation or an editor reads.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result};
use camino::{Utf8Path, Utf8PathBuf};

use crate::{
    ci::Tally,
    command,
    repository::{self, FUZZ_WORKSPACES},
    vendor,
};

/// Folder that has nothing but derived files.
const FOLDER: &str = "modules/generated";
/// The picture in the README.
const PICTURE: &str = "docs/fleet.svg";

/// Writes the derived files, or checks that they are fresh.
pub(crate) fn run(check: bool) -> Result<Tally> {
    let root = repository::root();
    let mut files = files();
    files.insert(PICTURE.into(), picture()?);
    let mut stale = 0;
    for (path, text) in &files {
        let full = root.join(path);
        if fs_err::read_to_string(&full).ok().as_deref() == Some(text.as_str()) {
            continue;
        }
        stale += 1;
        if check {
            println!("stale: {path}");
        } else {
            write(&full, text)?;
            println!("wrote {path}");
        }
    }
    for path in leftovers(&root, &files)? {
        stale += 1;
        if check {
            println!("left over: {path}");
        } else {
            fs_err::remove_file(root.join(&path))?;
            println!("removed {path}");
        }
    }
    if !vendor::is_fresh()? {
        stale += 1;
        if check {
            println!("stale: {}", vendor::FILE);
        } else {
            vendor::write()?;
            println!("wrote {}", vendor::FILE);
        }
    }
    for manifest in FUZZ_WORKSPACES {
        if locked(manifest, check).is_err() {
            stale += 1;
            println!("stale: the Cargo.lock beside {manifest}");
        }
    }
    if check && stale > 0 {
        println!("run `cargo xtask generate` and commit what it writes");
        return Ok(Tally::failed());
    }
    Ok(Tally::passed())
}

/// The lock of a workspace that has our crates, as they are now; it is rewritten unless this is a `check`.
fn locked(manifest: &str, check: bool) -> Result<()> {
    let path = repository::root().join(manifest);
    let mut words = vec!["metadata", "--format-version", "1", "--manifest-path", path.as_str()];
    words.extend(check.then_some("--locked"));
    command::output(&mut command::cargo(&words)).map(drop)
}

/// The example fleet as `rampart show diagram` draws it.
fn picture() -> Result<String> {
    let words = ["run", "--quiet", "--package", "rampart", "--", "show", "diagram", "--svg"];
    command::output(&mut command::cargo(&words))
}

fn write(path: &Utf8Path, text: &str) -> Result<()> {
    path.parent().map_or(Ok(()), fs_err::create_dir_all)?;
    fs_err::write(path, text).context("writing a derived file")
}

/// Files of sets that are no more.
fn leftovers(root: &Utf8Path, files: &BTreeMap<Utf8PathBuf, String>) -> Result<Vec<Utf8PathBuf>> {
    let mut found = Vec::new();
    for entry in root.join(FOLDER).read_dir_utf8()? {
        let path = Utf8Path::new(FOLDER).join(entry?.file_name());
        if !files.contains_key(&path) {
            found.push(path);
        }
    }
    Ok(found)
}

/// Every derived file by its path in the repository.
fn files() -> BTreeMap<Utf8PathBuf, String> {
    let mut out: BTreeMap<Utf8PathBuf, String> = settings::nixos_sets()
        .iter()
        .map(|set| {
            let path = Utf8PathBuf::from(format!("{FOLDER}/{}.json", set.set));
            (path, render::text(&options::to_nix_json(set)))
        })
        .collect();
    out.insert(format!("{FOLDER}/daemons.json").into(), render::text(&render::daemons()));
    out.insert("docs/fleet.schema.json".into(), render::text(&render::schema()));
    out
}
