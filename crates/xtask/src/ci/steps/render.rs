//! Rendered hosts of every fleet are what `rampart render` writes now.

use anyhow::Result;

use super::cargo;
use crate::{ci::Tally, command, repository};

/// Asks the operator's command itself, for every fleet in the repository.
pub(super) fn check() -> Result<Tally> {
    let mut tally = Tally::default();
    for fleet in repository::fleets()? {
        let words =
            ["run", "--quiet", "--package", "rampart", "--", "render", "--check", "--fleet", fleet.as_str()];
        println!("{fleet}");
        let verdict = command::run(&mut cargo::command(&words));
        if let Err(error) = &verdict {
            println!("{error}\nrun `cargo run -- render --fleet {fleet}` and commit what it writes");
        }
        tally += Tally::one(verdict.is_ok());
    }
    Ok(tally)
}
