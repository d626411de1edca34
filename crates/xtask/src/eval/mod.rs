//! `cargo xtask eval`: Nix evaluates everything that a user may ask for, one process for each attribute.

mod inputs;
mod jobs;
mod nix;
mod pool;
mod snapshot;
mod verdict;

pub(crate) use inputs::nixpkgs;

use std::process::Command;

use anyhow::Result;

use crate::{ci::Tally, command, repository};
use inputs::Inputs;
use jobs::Job;
pub(crate) use nix::Flake;
use verdict::Outcome;

/// Evaluates what `wanted` names, or everything.
pub(crate) fn check(wanted: &[String]) -> Result<Tally> {
    if !command::exists("nix") {
        return Ok(Tally::skipped("nothing was evaluated: there is no `nix`"));
    }
    let snapshot = snapshot::take()?;
    let mut tally = lock(&snapshot);
    let inputs = match Inputs::find(&snapshot)? {
        Ok(inputs) => inputs,
        Err(why) => {
            tally.skipped.push(format!(
                "no host was evaluated: {why}\nSet RAMPART_NIXPKGS to a nixpkgs tree, or run where GitHub can be reached.\n\
                 Nix files were still checked for syntax, format and option names by the step `nix`."
            ));
            return Ok(tally);
        }
    };
    let flake = Flake { reference: snapshot, inputs };
    let mut jobs = jobs::all(&flake)?;
    match inputs::providers()? {
        Some(sources) => jobs.extend(jobs::providers(&sources)),
        None => tally.skipped.push(
            "the examples of docs/providers were not evaluated: the cache has no inputs/sops-nix or inputs/agenix".to_owned(),
        ),
    }
    if wanted.is_empty() {
        tally.skipped.extend(jobs::left_out(&jobs));
    }
    let jobs: Vec<Job> = jobs.into_iter().filter(|job| job.is_wanted(wanted)).collect();
    println!("{:<68} {:>7} {:>6} {:>6}", "attribute", "seconds", "cpu", "MB");
    let outcomes = pool::run(&jobs, Job::is_heavy, |job| verdict::of(&flake, job));
    verdict::tell_warnings(&outcomes);
    tally += outcomes.iter().map(Outcome::tally).sum();
    tell_untracked()?;
    Ok(tally)
}

/// The repository as a flake, or why it cannot be evaluated here.
pub(crate) fn flake() -> Result<Result<Flake, String>> {
    if !command::exists("nix") {
        return Ok(Err("there is no `nix`".to_owned()));
    }
    let reference = snapshot::take()?;
    Ok(Inputs::find(&reference)?.map(|inputs| Flake { reference, inputs }))
}

/// `flake.lock` fits `flake.nix`. Overridden inputs would hide that it does not.
fn lock(snapshot: &str) -> Tally {
    let words = ["flake", "metadata", "--json", "--no-update-lock-file", snapshot];
    let verdict = command::output(nix::command(Command::new("nix")).args(words));
    match &verdict {
        Ok(_) => println!("flake.lock fits flake.nix"),
        Err(error) => println!("flake.lock does not fit flake.nix; run `nix flake lock`\n{error:#}"),
    }
    Tally::one(verdict.is_ok())
}

/// What is evaluated here includes files that git does not know; a user's flake would not see them.
fn tell_untracked() -> Result<()> {
    let read = |path: &camino::Utf8PathBuf| matches!(path.extension(), Some("nix" | "json" | "py"));
    let untracked: Vec<_> = repository::untracked()?.into_iter().filter(read).collect();
    if let Some(first) = untracked.first() {
        println!(
            "note: {} files such as {first} are not in git, so a flake does not see them: `git add` them",
            untracked.len()
        );
    }
    Ok(())
}
