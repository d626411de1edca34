//! `rampart options`: the reference of every option.

use anyhow::Result;

use crate::{Exit, output::Output};

/// Prints the reference.
pub(crate) fn run(out: &mut Output) -> Result<Exit> {
    if out.is_json() {
        out.json(&render::option_reference_json())?;
    } else {
        out.text(&render::option_reference_markdown())?;
    }
    Ok(Exit::Fine)
}
