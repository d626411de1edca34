//! Installs what the other steps need and the machine lacks.

use std::process::Command;

use anyhow::Result;
use camino::Utf8PathBuf;

use crate::{cache, ci::Tally, command};

/// Program → Debian package.
const PACKAGES: [(&str, &str); 4] =
    [("git", "git"), ("nft", "nftables"), ("nix-instantiate", "nix-bin"), ("unshare", "util-linux")];

/// Pinned, because a newer linter has new opinions.
const PYTHON_TOOLS: &str = include_str!("../../../data/python-tools.txt");
const CARGO_DENY: &str = "0.20.2";

/// What is installed, and how.
type Tool = (&'static str, fn() -> Result<()>);

/// The packages of Debian are first: where they are being installed, nobody else may install any.
const TOOLS: [Tool; 3] =
    [("Debian packages", debian), ("Python tools", python_tools), ("cargo-deny", install_cargo_deny)];

/// Installs everything. What cannot be had makes the step that needs it say so. `begin` is called as soon as something else may
/// install packages of Debian: cargo-deny is compiled for minutes.
pub(super) fn install(begin: impl FnMut()) -> Tally {
    in_turn(&TOOLS, begin)
}

fn in_turn(tools: &[Tool], mut begin: impl FnMut()) -> Tally {
    let mut tally = Tally::default();
    for (number, (what, install)) in tools.iter().enumerate() {
        if number == 1 {
            begin();
        }
        match install() {
            Ok(()) => tally += Tally::passed(),
            Err(error) => tally += Tally::skipped(format!("{what} could not be installed: {error:#}")),
        }
    }
    tally
}

fn debian() -> Result<()> {
    let missing: Vec<&str> = PACKAGES
        .iter()
        .filter(|(program, _)| !command::exists(program))
        .map(|(_, package)| *package)
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    println!("installing {}", missing.join(" "));
    command::output(apt().args(["update", "--quiet"]))?;
    let words = ["install", "--yes", "--quiet", "--no-install-recommends"];
    command::output(apt().env("DEBIAN_FRONTEND", "noninteractive").args(words).args(missing))?;
    Ok(())
}

/// The package client, which waits for others at their work, as in `tests/lab/parts/debian.py`.
fn apt() -> Command {
    let mut apt = Command::new("apt-get");
    apt.args(["-o", "DPkg::Lock::Timeout=600"]);
    apt
}

/// The folder of the Python tools' programs.
pub(super) fn python_folder() -> Utf8PathBuf {
    cache::folder().join("python-tools")
}

fn python_tools() -> Result<()> {
    let folder = python_folder();
    let receipt = folder.join("installed.txt");
    if fs_err::read_to_string(&receipt).is_ok_and(|installed| installed == PYTHON_TOOLS) {
        return Ok(());
    }
    println!("installing {}", PYTHON_TOOLS.split_whitespace().collect::<Vec<_>>().join(" "));
    command::output(Command::new("python3").args(["-m", "venv", "--clear", folder.as_str()]))?;
    let mut pip = Command::new(folder.join("bin/pip"));
    command::output(pip.args(["install", "--quiet"]).args(PYTHON_TOOLS.split_whitespace()))?;
    fs_err::write(receipt, PYTHON_TOOLS)?;
    Ok(())
}

/// cargo-deny, when it is there.
pub(super) fn cargo_deny() -> Option<Utf8PathBuf> {
    Some(cargo_deny_folder().join("bin/cargo-deny")).filter(|program| program.exists())
}

fn cargo_deny_folder() -> Utf8PathBuf {
    cache::folder().join(format!("tools/cargo-deny-{CARGO_DENY}"))
}

/// Compiling it takes minutes, once for each machine.
fn install_cargo_deny() -> Result<()> {
    if cargo_deny().is_some() {
        return Ok(());
    }
    println!("installing cargo-deny {CARGO_DENY}");
    let folder = cargo_deny_folder();
    let mut install = command::cargo(&["install", "cargo-deny", "--version", CARGO_DENY, "--locked"]);
    install
        .args(["--quiet", "--root", folder.as_str(), "--target-dir"])
        .arg(cache::folder().join("tools/target"));
    // Thin optimisation: it runs for a second and is compiled for minutes.
    install.env("CARGO_PROFILE_RELEASE_LTO", "off").env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1");
    command::output(&mut install)?;
    fs_err::remove_dir_all(cache::folder().join("tools/target"))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;

    thread_local! {
        static DONE: RefCell<Vec<&'static str>> = const { RefCell::new(Vec::new()) };
    }

    fn done(what: &'static str) {
        DONE.with_borrow_mut(|done| done.push(what));
    }

    #[test]
    fn daemons_begin_after_debian_and_before_what_is_compiled() {
        let tools: [Tool; 3] = [
            ("packages", || {
                done("packages");
                Ok(())
            }),
            ("pip", || {
                done("pip");
                anyhow::bail!("no network")
            }),
            ("compiled", || {
                done("compiled");
                Ok(())
            }),
        ];
        let tally = in_turn(&tools, || done("daemons"));
        assert_eq!(DONE.take(), ["packages", "daemons", "pip", "compiled"]);
        assert_eq!((tally.passed, tally.skipped.len()), (2, 1));
        assert_eq!(TOOLS[0].0, "Debian packages");
    }
}
