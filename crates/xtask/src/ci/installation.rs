//! The lab's daemons, installed while the Rust checks run: two of them are compiled, which takes minutes on a bare machine.

use std::{
    fs::File,
    io::{Read as _, Seek as _},
    process::{Child, Command, Stdio},
};

use anyhow::{Result, bail};

use crate::{command, repository};

/// What installs them, relative to the repository.
const PROGRAM: &str = "tests/lab/install";

/// An installation that is under way.
#[derive(Debug)]
pub(super) struct Installation {
    child: Child,
    /// What it prints; shown at its end, so that it does not mix with the steps.
    said: File,
}

impl Installation {
    /// Starts it, behind the checks where they want the same processor.
    pub(super) fn start() -> Result<Self> {
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
    pub(super) fn finish(mut self) -> Result<()> {
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

/// Why this machine cannot run a lab, if it cannot.
pub(super) fn refusal() -> Option<String> {
    let attempt = command::output(Command::new("unshare").args(["--net", "--mount", "true"]));
    attempt.err().map(|error| format!("this machine gives us no namespaces\n{error:#}"))
}
