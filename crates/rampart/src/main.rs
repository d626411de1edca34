//! `rampart`: one manifest becomes a checked Matrix fleet.
//!
//! `args` says what can be asked, `commands` does it (one file per command), `folder` reads and `files` writes the
//! disk, `output` prints. Everything that thinks lies in the crates below this one.

mod advice;
mod args;
mod commands;
mod files;
mod folder;
mod output;
mod stages;

use std::process::ExitCode;

use clap::Parser;
use mimalloc::MiMalloc;

use crate::{
    args::{Cli, Format},
    output::Output,
};

/// Rendering is thousands of small allocations for each host (docs/decisions/0014-speed.md).
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return Output::new(Format::default()).usage(&error),
    };
    let mut out = Output::new(cli.global.format);
    match commands::run(cli, &mut out) {
        Ok(exit) => exit.into(),
        Err(error) => out.give_up(&error),
    }
}

/// How a command that did its work ended. One that could not do it ends with code 2.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Exit {
    /// Nothing to complain about.
    Fine,
    /// The work was done, and something was found.
    Findings,
}

impl Exit {
    /// [`Exit::Findings`] when there are some.
    fn findings(found: bool) -> Self {
        if found { Self::Findings } else { Self::Fine }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        match exit {
            Exit::Fine => Self::SUCCESS,
            Exit::Findings => Self::from(1),
        }
    }
}
