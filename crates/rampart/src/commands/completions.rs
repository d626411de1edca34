//! `rampart completions`: completions for a shell.

use anyhow::Result;
use clap::CommandFactory;

use crate::{
    Exit,
    args::{Cli, Completions},
    output::Output,
};

/// Prints the completions.
pub(crate) fn run(args: &Completions, out: &mut Output) -> Result<Exit> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "rampart", &mut script);
    out.text(&String::from_utf8(script)?)?;
    Ok(Exit::Fine)
}
