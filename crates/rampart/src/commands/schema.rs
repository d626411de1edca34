//! `rampart schema`: the JSON Schema of the manifest.

use anyhow::Result;

use crate::{Exit, output::Output};

/// Prints the schema; it is JSON in either format.
pub(crate) fn run(out: &mut Output) -> Result<Exit> {
    out.json(&render::schema())?;
    Ok(Exit::Fine)
}
