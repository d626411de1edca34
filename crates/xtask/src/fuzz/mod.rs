//! `cargo xtask fuzz-manifest`: broken manifests never make a panic, and every complaint has a place and a help.

mod mutate;
mod subject;

use std::{collections::BTreeMap, fmt, process::Command};

use anyhow::{Context as _, Result, bail};
use camino::Utf8PathBuf;
use diag::Code;
use proptest::test_runner::{RngAlgorithm, TestRng};

use crate::{bench, ci::Tally, command, repository};
use subject::{Fault, Seen};

/// How much to try.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Manifests to try.
    #[arg(long, default_value_t = 100_000)]
    runs: usize,
    /// Where the random numbers begin; the same seed tries the same manifests.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Try here instead of in an optimised process.
    #[arg(long, hide = true)]
    here: bool,
}

/// Tries them in an optimised process of its own, because a stack that overflows ends the process.
pub(crate) fn run(options: &Options) -> Result<Tally> {
    if options.here {
        return attempt(options.runs, options.seed, &corpus()?);
    }
    let (runs, seed) = (options.runs.to_string(), options.seed.to_string());
    let mut fuzz = Command::new(bench::executable()?);
    fuzz.args(["fuzz-manifest", "--here", "--runs", &runs, "--seed", &seed]).current_dir(repository::root());
    Ok(Tally::judged(command::run(&mut fuzz)))
}

/// Manifests that pass, such as the example and the templates, and as many that show a complaint: a broken one of the
/// first kind still comes far.
fn corpus() -> Result<Vec<String>> {
    let root = repository::root();
    let files = repository::files()?;
    let read = |passes: bool| -> Vec<String> {
        let is_wanted = |path: &&Utf8PathBuf| {
            let is_manifest = path.extension() == Some("toml") && path.as_str().contains("fleet");
            is_manifest && !path.ends_with("Cargo.toml") && path.as_str().contains("/err/") != passes
        };
        files
            .iter()
            .filter(is_wanted)
            .filter_map(|path| fs_err::read_to_string(root.join(path)).ok())
            .collect()
    };
    let (passing, failing) = (read(true), read(false));
    if passing.is_empty() {
        bail!("there is no manifest to mutate");
    }
    let as_many = passing.iter().cycle().take(passing.len().max(failing.len())).cloned();
    Ok(as_many.chain(failing).collect())
}

fn attempt(runs: usize, seed: u64, corpus: &[String]) -> Result<Tally> {
    let mut bytes = [0; 16];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    bytes[8] = 1;
    let mut random = mutate::Random::new(TestRng::from_seed(RngAlgorithm::XorShift, &bytes));
    let mut tried = Tried::default();
    let faults = subject::quietly(|| {
        let mut faults = Vec::new();
        for _ in 0..runs {
            let manifest = mutate::manifest(&mut random, corpus);
            match subject::judge(&manifest) {
                Ok(found) => tried.add(&found),
                Err(fault) => faults.push((fault, manifest)),
            }
        }
        faults
    });
    println!("{runs} manifests: {tried}, {} faults", faults.len());
    let kinds = tell(faults)?;
    Ok(Tally::of(runs.saturating_sub(kinds), kinds))
}

/// What all manifests led to.
#[derive(Debug, Default)]
struct Tried {
    accepted: usize,
    errors: usize,
    rendered: usize,
    hosts: usize,
    codes: BTreeMap<Code, usize>,
}

impl Tried {
    fn add(&mut self, seen: &Seen) {
        self.accepted += usize::from(seen.errors == 0);
        self.errors += seen.errors;
        self.rendered += usize::from(seen.hosts > 0);
        self.hosts += seen.hosts;
        for code in &seen.codes {
            *self.codes.entry(*code).or_default() += 1;
        }
    }
}

impl fmt::Display for Tried {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { accepted, errors, rendered, hosts, codes } = self;
        write!(
            f,
            "{accepted} without an error, {rendered} rendered ({hosts} hosts), {errors} errors of {} kinds",
            codes.len()
        )?;
        for code in BROKEN {
            write!(f, ", {} {code}", codes.get(&code).copied().unwrap_or_default())?;
        }
        Ok(())
    }
}

/// What no manifest at all looks like; these must be among what is tried.
const BROKEN: [Code; 3] = [Code::EncodingInvalid, Code::SyntaxInvalid, Code::FileTooLarge];

/// Prints each kind of fault once, with a manifest that shows it.
fn tell(faults: Vec<(Fault, Vec<u8>)>) -> Result<usize> {
    let mut kinds: Vec<Fault> = Vec::new();
    for (fault, manifest) in faults {
        if kinds.contains(&fault) {
            continue;
        }
        let folder = tempfile::Builder::new().prefix("rampart-fuzz-").tempdir()?.keep();
        let file = folder.join("fleet.toml");
        fs_err::write(&file, manifest).context("keeping a manifest")?;
        println!("{fault}\n  manifest: {}", file.display());
        kinds.push(fault);
    }
    Ok(kinds.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A taste of it with every run of the tests.
    #[test]
    fn a_few_broken_manifests() {
        let tally = attempt(300, 7, &corpus().unwrap()).unwrap();
        assert_eq!(tally.failed, 0, "see the output above");
    }
}
