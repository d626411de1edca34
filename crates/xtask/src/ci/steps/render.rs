//! Rendered hosts of every fleet are what `rampart render` writes now.

use anyhow::{Context as _, Result};

use crate::{ci::Tally, command, repository};

/// Asks the operator's command itself, for every fleet in the repository.
pub(super) fn check() -> Result<Tally> {
    let mut tally = Tally::default();
    for fleet in repository::fleets()? {
        let words =
            ["run", "--quiet", "--package", "rampart", "--", "render", "--check", "--fleet", fleet.as_str()];
        println!("{fleet}");
        let help = || format!("run `cargo run -- render --fleet {fleet}` and commit what it writes");
        tally += Tally::judged(command::run(&mut command::cargo(&words)).with_context(help));
    }
    Ok(tally)
}
