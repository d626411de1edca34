//! Calls of Nix.

use std::process::Command;

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
        let mut nix = command(Command::new("nix"));
        nix.arg("eval").args(self.inputs.words()).arg(format!("{}#{attribute}", self.reference)).args(more);
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
    nix
}
