//! Calls of Nix.

use std::{os::unix::process::ExitStatusExt as _, process::Command};

use anyhow::Result;

use super::inputs::Inputs;
use crate::measure::{Run, measure};

/// The repository as a flake.
#[derive(Debug)]
pub(crate) struct Flake {
    pub(super) reference: String,
    pub(super) inputs: Inputs,
}

impl Flake {
    /// Evaluates one attribute; `more` are further words.
    pub(crate) fn eval(&self, attribute: &str, more: &[&str]) -> Result<Run> {
        let run = measure(&mut self.evaluation(attribute, more))?;
        if run.status.signal() != Some(SEGMENTATION_FAULT) {
            return Ok(run);
        }
        println!("{attribute}: Nix crashed; it is evaluated once more without a collector");
        measure(self.evaluation(attribute, more).env(UNCOLLECTED.0, UNCOLLECTED.1))
    }

    fn evaluation(&self, attribute: &str, more: &[&str]) -> Command {
        let mut nix = command(Command::new("nix"));
        nix.arg("eval").args(self.inputs.words()).arg(format!("{}#{attribute}", self.reference)).args(more);
        nix
    }

    /// Evaluates one attribute of tests/consumer, which finds this flake by its own inputs as a user's flake does.
    pub(super) fn consumer(&self, attribute: &str) -> Result<Run> {
        let mut nix = command(Command::new("nix"));
        nix.args(["eval", "--raw", "--override-input", "rampart", &self.reference]);
        nix.args(self.inputs.words_below("rampart/"));
        nix.arg(format!("{}/tests/consumer#{attribute}", self.reference));
        measure(&mut nix)
    }

    /// Runs `nix flake check` without building.
    pub(super) fn check(&self) -> Result<Run> {
        let mut nix = command(Command::new("nix"));
        nix.args(["flake", "check", "--no-build"]).args(self.inputs.words()).arg(&self.reference);
        measure(&mut nix)
    }
}

/// Nix that needs no configuration of the machine and no network.
pub(super) fn command(nix: Command) -> Command {
    let mut nix = online(nix);
    nix.arg("--offline");
    nix
}

/// Memory that an evaluation may take before it looks for what it no longer needs. The collector of Nix 2.8, which Debian
/// has, was seen to crash (SIGSEGV) while it evaluated a host of ours at 1.2 GB; the same evaluation without it is well.
/// One host takes less than this, so none of them is collected. A story takes more than every machine has to spare; it
/// is evaluated without the collector when that has crashed.
const HEAP: (&str, &str) = ("GC_INITIAL_HEAP_SIZE", "3G");
const UNCOLLECTED: (&str, &str) = ("GC_DONT_GC", "1");
const SEGMENTATION_FAULT: i32 = 11;

/// The same with the network. Nothing is built or substituted, so no sandbox and no build users are needed.
pub(super) fn online(mut nix: Command) -> Command {
    nix.args(["--extra-experimental-features", "nix-command flakes"]);
    nix.args([
        "--option",
        "substituters",
        "",
        "--option",
        "build-users-group",
        "",
        "--option",
        "sandbox",
        "false",
    ]);
    nix.env(HEAP.0, HEAP.1);
    nix
}
