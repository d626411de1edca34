//! Every rendered ruleset, judged by nftables itself.

use std::{
    io::Write as _,
    process::{Command, Stdio},
};

use anyhow::{Context as _, Result};
use camino::Utf8Path;
use serde_json::Value;

use crate::{ci::Tally, command, repository};

/// A ruleset that must be refused, or else acceptance proves nothing.
const BROKEN: &str =
    "table inet rampart { chain input { type filter hook input priority filter; policy drup; } }";

/// Checks all rulesets, each in a network namespace of its own.
pub(super) fn check() -> Result<Tally> {
    if !command::exists("nft") {
        return Ok(Tally::skipped("no ruleset was checked: nft is not installed"));
    }
    if command::output(Command::new("unshare").args(["--net", "true"])).is_err() {
        return Ok(Tally::skipped("no ruleset was checked: only root may make the network namespace for it"));
    }
    let mut tally = Tally::one(verdict(BROKEN)?.is_some());
    for (host, ruleset) in rulesets()? {
        let complaint = verdict(&ruleset)?;
        if let Some(complaint) = &complaint {
            println!("{host}: {complaint}");
        }
        tally += Tally::one(complaint.is_none());
    }
    Ok(tally)
}

/// The ruleset of every rendered host, by its file.
fn rulesets() -> Result<Vec<(String, String)>> {
    let root = repository::root();
    let is_host =
        |path: &Utf8Path| path.as_str().contains("hosts/generated/") && path.extension() == Some("json");
    let mut found = Vec::new();
    for path in repository::files()?.into_iter().filter(|path| is_host(path)) {
        let host: Value = serde_json::from_str(&fs_err::read_to_string(root.join(&path))?)?;
        let ruleset = host["firewall"].as_str().with_context(|| format!("{path} has no firewall"))?;
        found.push((path.into_string(), ruleset.to_owned()));
    }
    Ok(found)
}

/// What nft says against a ruleset, if anything.
fn verdict(ruleset: &str) -> Result<Option<String>> {
    let mut nft = Command::new("unshare")
        .args(["--net", "nft", "--check", "--file", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    if let Some(mut stdin) = nft.stdin.take() {
        stdin.write_all(ruleset.as_bytes())?;
    }
    let output = nft.wait_with_output()?;
    Ok((!output.status.success()).then(|| String::from_utf8_lossy(&output.stderr).into_owned()))
}
