//! `cargo xtask house`: rules of the house that neither rustc nor clippy can check.

mod architecture;
mod cases;
mod claims;
mod dependencies;
mod examples;
mod fault;
mod files;
mod graph;
mod purity;

use anyhow::Result;

use crate::{ci::Tally, effect, repository};
use architecture::Architecture;
use fault::Fault;

/// Runs every check and prints each fault with its remedy.
pub(crate) fn check() -> Result<Tally> {
    let architecture = Architecture::read()?;
    let texts = files::texts()?;
    let checks: [(&str, Vec<Fault>); 11] = [
        ("crate graph", graph::check(&architecture, &graph::crates()?)),
        ("pure layers", purity::check(&architecture, &texts)),
        ("files", files::check(&texts)),
        ("words", files::words(&texts)),
        ("rules have cases", cases::rules(&repository::files()?)),
        ("complaints have cases", cases::complaints(&repository::files()?, &texts)),
        ("claims have proofs", claims::check(&repository::files()?, &texts)),
        ("dependencies have reasons", dependencies::check(&texts)),
        ("options do something", idle_options()?),
        ("options of Nix reach one key", straying_options()?),
        ("options have examples", examples::check()),
    ];
    Ok(checks.into_iter().map(|(name, faults)| tell(name, &faults)).sum())
}

fn idle_options() -> Result<Vec<Fault>> {
    let fault = |what| {
        Fault::new("crates/settings", what, "wire the option, remove it, or correct crates/xtask/src/effect")
    };
    Ok(effect::idle()?.into_iter().map(fault).collect())
}

fn straying_options() -> Result<Vec<Fault>> {
    let fault = |what| {
        Fault::new(
            "crates/settings",
            what,
            "mark it `derived`, or render the other place from something else",
        )
    };
    Ok(effect::astray()?.into_iter().map(fault).collect())
}

fn tell(name: &str, faults: &[Fault]) -> Tally {
    println!(
        "{name}: {}",
        if faults.is_empty() { "ok".to_owned() } else { format!("{} faults", faults.len()) }
    );
    for fault in faults {
        println!("  {fault}");
    }
    Tally::one(faults.is_empty())
}
