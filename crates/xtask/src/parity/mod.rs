//! `cargo xtask parity`: Rust, JSON Schema and NixOS say the same to accepted and refused values of every option.

mod judges;
mod question;
mod refused;
mod table;
pub(crate) mod values;

use anyhow::Result;

use crate::ci::Tally;
use judges::Verdicts;
use table::Table;

/// Types for which JSON Schema has no words that editors honour, so that it may accept more than Rust and NixOS.
/// A whole number with a fraction of zero is an integer there; a path is only known to be absolute.
const LAXER: [&str; 8] = ["int", "port", "ipv4", "ipv6", "ip", "cidr", "url", "secretPath"];

/// Asks all three.
pub(crate) fn check() -> Result<Tally> {
    let questions = question::all();
    let rust = judges::rust(&questions)?;
    let schema = judges::schema(&questions)?;
    let nix = judges::nixos(&questions)?;
    let mut table = Table::default();
    for (index, question) in questions.iter().enumerate() {
        let nix = nix.as_ref().and_then(|nix| nix.get(&index).copied());
        table.add(question, Verdicts { rust: rust[index], schema: schema[index], nix });
    }
    print!("{table}");
    let mut tally = table.tally();
    if nix.is_none() {
        tally.skipped.push(
            "NixOS was not asked for its verdicts: there is no nixpkgs or no nix-instantiate".to_owned(),
        );
    }
    Ok(tally)
}
