//! One job: what Nix gave, and whether that is what must come out.

use std::collections::BTreeSet;

use anyhow::Result;
use serde::Deserialize;

use super::{
    jobs::{Expect, Job},
    nix::Flake,
};
use crate::{ci::Tally, measure::Run};

/// How many lines of a trace are shown.
const SHOWN: usize = 40;
/// Most memory that `nix flake check` may take, in bytes: 12 GiB.
const FLAKE_CHECK: u64 = 12 << 30;

/// What became of a job.
#[derive(Debug)]
pub(super) struct Outcome {
    complaint: Option<String>,
    warnings: Vec<String>,
}

impl Outcome {
    pub(super) fn tally(&self) -> Tally {
        Tally::one(self.complaint.is_none())
    }
}

/// Does the job and prints its line.
pub(super) fn of(flake: &Flake, job: &Job) -> Outcome {
    match evaluate(flake, job) {
        Ok(run) => {
            let complaint = complaint(&job.expect, &run);
            let word = if complaint.is_some() { "FAILED" } else { "" };
            let megabytes = run.peak / 1_000_000;
            let attribute = job.attribute.replace("legacyPackages.x86_64-linux.", "");
            println!(
                "{attribute:<68} {:>7.1} {:>6.1} {megabytes:>6} {word}",
                run.time.as_secs_f32(),
                run.cpu.as_secs_f32()
            );
            if let Some(text) = &complaint {
                println!("{text}");
            }
            Outcome { complaint, warnings: warnings(&run.stderr) }
        }
        Err(error) => {
            println!("{}: {error:#}", job.attribute);
            Outcome { complaint: Some(error.to_string()), warnings: Vec::new() }
        }
    }
}

fn evaluate(flake: &Flake, job: &Job) -> Result<Run> {
    match &job.expect {
        Expect::Derivation | Expect::Same(_) | Expect::Refusal(_) => flake.eval(&job.attribute, &["--raw"]),
        // Impure: the sources are no input of the flake.
        Expect::Applied(function) => flake.eval(&job.attribute, &["--raw", "--impure", "--apply", function]),
        Expect::Parity | Expect::Difference(_) => flake.eval(&job.attribute, &["--json"]),
        Expect::Consumer => flake.consumer(&job.attribute),
        Expect::FlakeCheck => flake.check(),
    }
}

/// Answers of tests/eval/parity.nix.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Parity {
    differs: Vec<String>,
    added: Vec<String>,
    drv_path: String,
}

/// What is wrong, if anything.
fn complaint(expect: &Expect, run: &Run) -> Option<String> {
    let succeeded = run.status.success();
    match expect {
        Expect::Refusal(message) if succeeded => {
            Some(format!("  accepted, but must be refused with `{message}`"))
        }
        Expect::Refusal(message) if flat(&run.stderr).contains(&flat(message)) => None,
        Expect::Refusal(message) => {
            Some(format!("  refused, but not with `{message}`:\n{}", tail(&run.stderr)))
        }
        _ if !succeeded => Some(format!("  {}\n{}", run.status, tail(&run.stderr))),
        Expect::Derivation | Expect::Applied(_) | Expect::Consumer
            if !run.stdout.starts_with("/nix/store/") =>
        {
            Some(format!("  no derivation: {}", run.stdout))
        }
        Expect::Same(path) if run.stdout != *path => Some(format!(
            "  changes the system though rampart.hostFile is null: {} is not {path}",
            run.stdout
        )),
        Expect::Parity => parity(&run.stdout),
        Expect::Difference(key) => alarm(&run.stdout, key),
        Expect::FlakeCheck if run.peak > FLAKE_CHECK => Some(format!(
            "  took {:.1} GiB, and a machine of 16 GiB shall do: move what grew from `checks` to `legacyPackages`",
            gibibytes(run.peak)
        )),
        Expect::Derivation | Expect::Applied(_) | Expect::Same(_) | Expect::Consumer | Expect::FlakeCheck => {
            None
        }
    }
}

fn parity(json: &str) -> Option<String> {
    match serde_json::from_str(json) {
        Ok(Parity { drv_path, .. }) if !drv_path.starts_with("/nix/store/") => {
            Some(format!("  no derivation: {drv_path}"))
        }
        Ok(Parity { differs, added, .. }) if differs.is_empty() && added.is_empty() => None,
        Ok(Parity { differs, added, .. }) => Some(format!(
            "  differ from what was rendered: {differs:?}\n  added by nixpkgs and not reviewed (tests/eval/added.nix): {added:?}"
        )),
        Err(error) => Some(format!("  not the answer of tests/eval/parity.nix: {error}")),
    }
}

/// What is wrong when parity sees nothing of an override.
fn alarm(json: &str, key: &str) -> Option<String> {
    let seen =
        serde_json::from_str(json).is_ok_and(|Parity { differs, .. }| differs.iter().any(|it| it == key));
    (!seen).then(|| format!("  must differ in `{key}`: {json}"))
}

#[expect(clippy::cast_precision_loss, reason = "for people, with one decimal")]
fn gibibytes(bytes: u64) -> f64 {
    bytes as f64 / (1_u64 << 30) as f64
}

/// Nix wraps long messages where it likes.
fn flat(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The end of a trace, where the reason stands.
fn tail(stderr: &str) -> String {
    let lines: Vec<&str> = stderr.lines().filter(|line| !is_noise(line)).collect();
    let shown = &lines[lines.len().saturating_sub(SHOWN)..];
    format!("    {}", shown.join("\n    "))
}

/// What overridden inputs and an offline Nix always say.
fn is_noise(line: &str) -> bool {
    let noise =
        ["warning: not writing modified", "warning: unknown flake output", "• ", "→", "'path:", "'github:"];
    noise.iter().any(|start| line.trim_start().starts_with(start))
}

/// Warnings of modules.
fn warnings(stderr: &str) -> Vec<String> {
    let is_warning =
        |line: &&str| line.contains("evaluation warning:") || line.starts_with("trace: warning:");
    stderr.lines().filter(is_warning).map(str::to_owned).collect()
}

/// Every warning once.
pub(super) fn tell_warnings(outcomes: &[Outcome]) {
    let warnings: BTreeSet<&String> = outcomes.iter().flat_map(|outcome| &outcome.warnings).collect();
    for warning in warnings {
        println!("{warning}");
    }
}

#[cfg(test)]
mod tests {
    use std::{os::unix::process::ExitStatusExt as _, process::ExitStatus, time::Duration};

    use super::*;

    fn run(code: i32, stdout: &str, stderr: &str) -> Run {
        let status = ExitStatus::from_raw(code << 8);
        Run {
            status,
            stdout: stdout.into(),
            stderr: stderr.into(),
            time: Duration::ZERO,
            cpu: Duration::ZERO,
            user: Duration::ZERO,
            peak: 0,
        }
    }

    #[test]
    fn a_refusal_must_be_one_and_for_the_right_reason() {
        let expect = Expect::Refusal("port 70000 is no port".to_owned());
        assert_eq!(complaint(&expect, &run(1, "", "error: port 70000\n   is no port")), None);
        assert!(complaint(&expect, &run(1, "", "error: something else")).is_some());
        assert!(complaint(&expect, &run(0, "/nix/store/x.drv", "")).is_some());
    }

    #[test]
    fn a_derivation_must_be_one() {
        assert_eq!(complaint(&Expect::Derivation, &run(0, "/nix/store/x.drv", "")), None);
        assert!(complaint(&Expect::Derivation, &run(0, "", "")).is_some());
        assert!(complaint(&Expect::Derivation, &run(1, "/nix/store/x.drv", "error: x")).is_some());
        let same = Expect::Same("/nix/store/x.drv".to_owned());
        assert_eq!(complaint(&same, &run(0, "/nix/store/x.drv", "")), None);
        assert!(complaint(&same, &run(0, "/nix/store/y.drv", "")).is_some());
    }

    #[test]
    fn a_difference_and_an_unreviewed_key_are_complaints() {
        assert_eq!(parity(r#"{"differs":[],"added":[],"drvPath":"/nix/store/x.drv"}"#), None);
        assert!(parity(r#"{"differs":["livekit.port"],"added":[],"drvPath":"/nix/store/x.drv"}"#).is_some());
        assert!(parity(r#"{"differs":[],"added":["sshd.x"],"drvPath":"/nix/store/x.drv"}"#).is_some());
        assert!(parity(r#"{"differs":[],"added":[],"drvPath":""}"#).is_some());
        assert!(parity("null").is_some());
        assert_eq!(
            alarm(r#"{"differs":["wg-fleet.mtu"],"added":[],"drvPath":"/nix/store/x.drv"}"#, "wg-fleet.mtu"),
            None
        );
        assert!(alarm(r#"{"differs":[],"added":[],"drvPath":"/nix/store/x.drv"}"#, "wg-fleet.mtu").is_some());
    }

    #[test]
    fn a_check_that_takes_more_than_its_memory_is_a_complaint() {
        let mut run = run(0, "", "");
        run.peak = FLAKE_CHECK;
        assert_eq!(complaint(&Expect::FlakeCheck, &run), None);
        run.peak += 1;
        assert!(complaint(&Expect::FlakeCheck, &run).is_some_and(|text| text.contains("12.0 GiB")));
    }
}
