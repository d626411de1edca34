//! Three of the rules, written in Nix as one would write them there, and evaluated by Nix.

use std::process::Command;

use anyhow::{Result, bail};
use camino::Utf8Path;
use serde_json::{Value, json};

use super::{fleet, stages::Measured};
use crate::{command, measure::measure, repository};

const RULES: &str = "tests/eval/bench-rules.nix";
/// What Nix does before the first rule: it starts, and reads the hosts.
const READ: &str = "{ hosts }: builtins.length (builtins.fromJSON (builtins.readFile hosts))";

/// Runs Nix over the same hosts and prints both, start-up included.
pub(super) fn compare(folder: &Utf8Path, hosts: usize, regions: usize, ours: &Measured) -> Result<()> {
    if !command::exists("nix-instantiate") {
        println!("no comparison with Nix: there is no nix-instantiate");
        return Ok(());
    }
    let file = folder.join("hosts.json");
    fs_err::write(&file, facts(hosts, regions).to_string())?;
    let rules = repository::root().join(RULES);
    let (whole, peak) = quickest(&[rules.as_str()], &file, "[]")?;
    let (read, _) = quickest(&["--expr", READ], &file, &hosts.to_string())?;
    let (process, megabytes) = (ours.processor_milliseconds(), peak / 1_000_000);
    let ratio = whole / process;
    println!("three of the rules in Nix: {whole:.0} ms and {megabytes} MB, start-up included");
    println!("parsing, resolving and all rules in Rust: {process:.0} ms; Nix takes {ratio:.1} times as long");
    let (nix, rust) = (whole - read, ours.twins_milliseconds());
    let ratio = nix / rust;
    println!(
        "these three alone: {nix:.1} ms in Nix, {rust:.2} ms in Rust; Nix takes {ratio:.0} times as long"
    );
    Ok(())
}

/// The processor's milliseconds and the peak of memory of the quickest of some evaluations.
fn quickest(expression: &[&str], hosts: &Utf8Path, expected: &str) -> Result<(f64, u64)> {
    let words = ["--option", "build-users-group", "", "--eval", "--strict", "--json"];
    let mut best = (f64::INFINITY, 0);
    for _ in 0..super::RUNS {
        let mut nix = Command::new("nix-instantiate");
        let run = measure(nix.args(words).args(expression).args(["--arg", "hosts", hosts.as_str()]))?;
        if !run.status.success() || run.stdout.trim() != expected {
            bail!("the rules in Nix failed: {} {}", run.stdout, run.stderr);
        }
        let milliseconds = run.cpu.as_secs_f64() * 1_000.0;
        if milliseconds < best.0 {
            best = (milliseconds, run.peak);
        }
    }
    Ok(best)
}

/// What the rules look at: addresses, ports and networks of each host.
fn facts(hosts: usize, regions: usize) -> Value {
    (0..hosts)
        .map(|edge| {
            json!({
                "name": format!("edge-{edge}"),
                "addresses": [fleet::address(edge), format!("10.77.{}.{}", edge / 250, edge % 250 + 1)],
                "ports": [22, 80, 443, 3478, 5349, 7880, 7881, 51_820, edge % regions.max(1) + 20_000],
                "networks": [{ "first": edge * 256, "last": edge * 256 + 255 }],
            })
        })
        .collect()
}
