//! Files derived from Rust, which Nix evaluation or an editor reads.

use std::{collections::BTreeMap, process::ExitCode};

use anyhow::Context as _;
use camino::Utf8PathBuf;

use crate::repository;

/// Writes the derived files, or checks that they are fresh.
pub(crate) fn run(check: bool) -> anyhow::Result<ExitCode> {
    let root = repository::root();
    let mut stale = 0;
    for (path, text) in files() {
        let path = root.join(path);
        if fs_err::read_to_string(&path).ok().as_deref() == Some(text.as_str()) {
            continue;
        }
        stale += 1;
        if check {
            println!("stale: {path}");
        } else {
            if let Some(folder) = path.parent() {
                fs_err::create_dir_all(folder)?;
            }
            fs_err::write(&path, text).context("writing a derived file")?;
            println!("wrote {path}");
        }
    }
    if check && stale > 0 {
        println!("run `cargo xtask generate` and commit what it writes");
        return Ok(ExitCode::FAILURE);
    }
    Ok(ExitCode::SUCCESS)
}

/// Every derived file by its path in the repository.
fn files() -> BTreeMap<Utf8PathBuf, String> {
    let mut out: BTreeMap<Utf8PathBuf, String> = settings::nixos_sets()
        .iter()
        .map(|set| {
            let path = Utf8PathBuf::from(format!("modules/generated/{}.json", set.set));
            (path, render::text(&options::to_nix_json(set)))
        })
        .collect();
    out.insert("docs/fleet.schema.json".into(), render::text(&render::schema()));
    out
}
