//! `cargo xtask nix`: what can be said about Nix files without Nix. `cargo xtask fmt-nix` writes their format.

mod assignments;
mod format;
mod known;

use std::process::ExitCode;

use anyhow::Result;
use camino::Utf8PathBuf;

use crate::{ci::Tally, repository};

/// Syntax, format and option names of every file.
pub(crate) fn check() -> Result<Tally> {
    let known = known::Options::read()?;
    let mut tally = Tally::default();
    for path in files()? {
        let source = fs_err::read_to_string(repository::root().join(&path))?;
        let complaints = judge(&path, &source, &known);
        for complaint in &complaints {
            println!("{path}{complaint}");
        }
        tally += Tally::one(complaints.is_empty());
    }
    Ok(tally)
}

/// Formats every file.
pub(crate) fn write_format() -> Result<ExitCode> {
    for path in files()? {
        let file = repository::root().join(&path);
        let source = fs_err::read_to_string(&file)?;
        let formatted = match format::formatted(&source) {
            Ok(formatted) => formatted,
            Err(complaint) => {
                println!("{path}{complaint}");
                return Ok(ExitCode::FAILURE);
            }
        };
        if formatted != source {
            fs_err::write(file, formatted)?;
            println!("formatted {path}");
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn files() -> Result<Vec<Utf8PathBuf>> {
    Ok(repository::files()?.into_iter().filter(|path| path.extension() == Some("nix")).collect())
}

/// Complaints as `:LINE: what`.
fn judge(path: &Utf8PathBuf, source: &str, known: &known::Options) -> Vec<String> {
    let syntax = format::syntax(source);
    if !syntax.is_empty() {
        return syntax;
    }
    let mut complaints: Vec<String> = format::unformatted(source).into_iter().collect();
    if assignments::is_module(path) {
        complaints
            .extend(assignments::of(source).iter().filter_map(|assignment| known.complaint(assignment)));
    }
    complaints
}
