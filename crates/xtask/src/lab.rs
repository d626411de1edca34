//! The lab: the whole fleet on this machine. It is a Python program of its own (`tests/lab/lab`); this task becomes it.

use std::{os::unix::process::CommandExt, process::Command};

use anyhow::Result;

use crate::repository;

/// Replaces this process by the lab's own program, which reads the rest of the command line.
pub(crate) fn run(arguments: &[String]) -> Result<std::process::ExitCode> {
    let program = repository::root().join("tests/lab/lab");
    let error = Command::new(&program).args(arguments).exec();
    Err(anyhow::Error::new(error).context(format!("{program}: cannot be started")))
}
