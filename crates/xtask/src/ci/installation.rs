//! The lab's daemons, installed while the Rust checks run: two of them are compiled, which takes minutes on a bare machine.

use std::{
    fs::File,
    io::{Read as _, Seek as _},
    process::{Child, Command, Stdio},
};

use anyhow::{Result, bail};

use crate::repository;

/// What installs them, relative to the repository.
const PROGRAM: &str = "tests/lab/install";

/// An installation that is under way.
#[derive(Debug)]
struct Installation {
    child: Child,
    /// What it prints; shown at its end, so that it does not mix with the steps.
    said: File,
}

impl Installation {
    /// Starts it, behind the checks where they want the same processor.
    fn start() -> Result<Self> {
        let said = tempfile::tempfile()?;
        let root = repository::root();
        let child = Command::new("nice")
            .arg(root.join(PROGRAM))
            .current_dir(&root)
            .stdin(Stdio::null())
            .stdout(said.try_clone()?)
            .stderr(said.try_clone()?)
            .spawn()?;
        Ok(Self { child, said })
    }

    /// Waits for its end and shows what it said.
    fn finish(mut self) -> Result<()> {
        let status = self.child.wait()?;
        let mut text = String::new();
        self.said.rewind()?;
        self.said.read_to_string(&mut text)?;
        print!("{text}");
        if !status.success() {
            bail!("{PROGRAM}: {status}");
        }
        Ok(())
    }
}

/// The daemons of a run of CI.
#[derive(Debug)]
pub(super) struct Daemons {
    /// Whether a step of this run wants them.
    wanted: bool,
    under_way: Option<Installation>,
}

impl Daemons {
    /// None is being installed yet.
    pub(super) fn new(wanted: bool) -> Self {
        Self { wanted, under_way: None }
    }

    /// Starts their installation where a lab can run. A failure shows in `finish`, which tries again.
    pub(super) fn begin(&mut self) {
        if self.wanted && self.under_way.is_none() && refusal().is_none() {
            self.under_way = Installation::start().ok();
        }
    }

    /// Waits until they are installed.
    pub(super) fn finish(&mut self) -> Result<()> {
        self.under_way.take().map_or_else(Installation::start, Ok)?.finish()
    }
}

/// What knows whether a lab can run here: it tries.
const LAB: &str = "tests/lab/lab";

/// Why this machine cannot run a lab, if it cannot, in the lab's own words.
pub(super) fn refusal() -> Option<String> {
    said_by(Command::new(repository::root().join(LAB)).arg("possible"))
}

fn said_by(question: &mut Command) -> Option<String> {
    match question.stdin(Stdio::null()).output() {
        Ok(output) if output.status.success() => None,
        Ok(output) => Some(String::from_utf8_lossy(&output.stderr).trim().to_owned()),
        Err(error) => Some(format!("{LAB} cannot be started: {error}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_what_the_lab_says_and_nothing_else() {
        let asked = |script: &str| said_by(Command::new("sh").args(["-c", script]));
        assert_eq!(asked("exit 0"), None);
        assert_eq!(asked("echo 'the lab needs root' >&2; exit 2").as_deref(), Some("the lab needs root"));
        assert!(said_by(&mut Command::new("/nonexistent/lab")).is_some_and(|why| why.starts_with(LAB)));
    }
}
