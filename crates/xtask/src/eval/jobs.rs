//! What is evaluated.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Result, bail};
use serde::Deserialize;

use super::nix::Flake;
use crate::repository;

const SYSTEM: &str = "x86_64-linux";
/// The fleet with an override in Nix, and the key that it reaches (tests/consumer/local.nix).
const OVERRIDDEN: &str = "consumer";
const OVERRIDE: &str = "wg-fleet.mtu";
/// The system without any module of ours.
const BARE: &str = "modules.bare";

/// One attribute, or one command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Job {
    /// Its path in the flake.
    pub(super) attribute: String,
    /// What must come out.
    pub(super) expect: Expect,
    /// Another story with the same machines is evaluated, which takes most of a minute each; this one when asked for.
    is_repeated: bool,
}

/// What must come out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Expect {
    /// A path of the store.
    Derivation,
    /// A path of the store, when this function is applied to the attribute.
    Applied(String),
    /// This path of the store: the system that it is without the module.
    Same(String),
    /// Neither differences nor keys that nobody looked at.
    Parity,
    /// A difference in this key: the alarm of parity itself works.
    Difference(String),
    /// A failure with these words in it.
    Refusal(String),
    /// `nix flake check` has no complaint.
    FlakeCheck,
}

impl Job {
    fn new(attribute: String, expect: Expect) -> Self {
        Self { attribute, expect, is_repeated: false }
    }

    /// Whether it evaluates all hosts in one process, which takes gigabytes.
    pub(super) fn is_heavy(&self) -> bool {
        self.expect == Expect::FlakeCheck || self.attribute.contains(".stories.")
    }

    /// Whether the user asked for it, by a part of its path, or for everything.
    pub(super) fn is_wanted(&self, wanted: &[String]) -> bool {
        wanted.is_empty() && !self.is_repeated
            || wanted.iter().any(|word| self.attribute.contains(word.as_str()))
    }
}

/// What the flake says it has.
#[derive(Debug, Deserialize)]
struct Contents {
    evaluations: BTreeMap<String, Vec<String>>,
    parity: BTreeMap<String, Vec<String>>,
    modules: Vec<String>,
    accepted: Vec<String>,
    refused: BTreeMap<String, String>,
    stories: Vec<String>,
}

/// Names only: no host is evaluated for them.
const CONTENTS: &str = "p: with builtins; {
    evaluations = mapAttrs (_: attrNames) p.evaluations;
    parity = mapAttrs (_: attrNames) p.parity;
    modules = attrNames p.modules;
    accepted = attrNames p.accepted;
    refused = mapAttrs (_: case: case.message) p.refused;
    stories = attrNames p.stories;
}";

/// Every job, the longest first.
pub(super) fn all(flake: &Flake) -> Result<Vec<Job>> {
    let run = flake.eval(&format!("legacyPackages.{SYSTEM}"), &["--json", "--apply", CONTENTS])?;
    if !run.status.success() {
        bail!("the flake cannot be evaluated at all:\n{}", run.stderr.trim_end());
    }
    let bare = flake.eval(&package(BARE), &["--raw"])?;
    if !bare.status.success() {
        bail!("a system without any module of ours cannot be evaluated:\n{}", bare.stderr.trim_end());
    }
    let contents: Contents = serde_json::from_str(&run.stdout)?;
    let mut jobs = stories(&contents.stories, machines)?;
    jobs.extend(list(&contents, &bare.stdout));
    Ok(jobs)
}

/// Secrets by each provider, as the examples in docs/providers have it. `sources` is where the providers' modules are, as
/// Nix reads it.
pub(super) fn providers(sources: &str) -> Vec<Job> {
    let job = |name: &str| {
        let apply = format!("example: (example {sources}).drvPath");
        Job::new(package(&format!("providers.{name}")), Expect::Applied(apply))
    };
    ["sops", "agenix", "colmena"].map(job).into()
}

/// A path below the packages of this system.
fn package(path: &str) -> String {
    format!("legacyPackages.{SYSTEM}.{path}")
}

fn list(contents: &Contents, bare: &str) -> Vec<Job> {
    let mut jobs = vec![Job::new("nix flake check --no-build".to_owned(), Expect::FlakeCheck)];
    let derivation = |attribute: String| Job::new(attribute, Expect::Derivation);
    for (fleet, names) in &contents.evaluations {
        jobs.extend(
            names.iter().map(|name| derivation(package(&format!("evaluations.{fleet}.{name}.drvPath")))),
        );
    }
    for module in contents.modules.iter().map(|name| format!("modules.{name}")).filter(|path| path != BARE) {
        jobs.push(Job::new(package(&module), Expect::Same(bare.to_owned())));
    }
    for host in contents.evaluations.get("example").into_iter().flatten() {
        jobs.push(derivation(format!("colmenaHive.toplevel.{host}.drvPath")));
        jobs.push(derivation(format!("deploy.nodes.{host}.profiles.system.path.drvPath")));
    }
    for (fleet, hosts) in contents.parity.iter().filter(|(fleet, _)| *fleet != OVERRIDDEN) {
        let parity = |host: &String| Job::new(package(&format!("parity.{fleet}.{host}")), Expect::Parity);
        jobs.extend(hosts.iter().map(parity));
    }
    // A host with an override in Nix differs from what was rendered, or parity proves nothing.
    let overridden = contents.parity.get(OVERRIDDEN).and_then(|hosts| hosts.first());
    let alarm = Expect::Difference(OVERRIDE.to_owned());
    jobs.extend(overridden.map(|host| Job::new(package(&format!("parity.{OVERRIDDEN}.{host}")), alarm)));
    jobs.push(derivation(package("handWritten.same")));
    jobs.extend(
        contents.accepted.iter().map(|name| derivation(package(&format!("accepted.{name}.drvPath")))),
    );
    let refusal = |(name, message): (&String, &String)| {
        Job::new(package(&format!("refused.{name}.evaluate")), Expect::Refusal(message.clone()))
    };
    jobs.extend(contents.refused.iter().map(refusal));
    jobs
}

/// Each story to its driver. The script is text to Nix, so that stories differ for it by their machines.
fn stories(names: &[String], machines: impl Fn(&str) -> Result<String>) -> Result<Vec<Job>> {
    let mut known = BTreeSet::new();
    let job = |name: &String| {
        let mut job = Job::new(package(&format!("stories.{name}.driver.drvPath")), Expect::Derivation);
        job.is_repeated = !known.insert(machines(name)?);
        Ok(job)
    };
    names.iter().map(job).collect()
}

/// The machines of a story, as they are written.
fn machines(story: &str) -> Result<String> {
    Ok(fs_err::read_to_string(repository::root().join("tests/vm").join(story).join("default.nix"))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_host_is_evaluated_as_a_system_a_colmena_node_and_a_deploy_node() {
        let contents: Contents = serde_json::from_str(
            r#"{ "evaluations": { "example": ["a"] }, "modules": ["bare", "m"], "parity": { "example": ["a"], "consumer": ["a", "b"] },
                 "accepted": ["c"], "refused": { "r": "words" }, "stories": ["s"] }"#,
        )
        .unwrap();
        let jobs = list(&contents, "/nix/store/bare.drv");
        let find = |part: &str| jobs.iter().filter(|job| job.is_wanted(&[part.to_owned()])).count();
        for part in [
            "evaluations.example.a",
            "modules.m",
            "Hive.toplevel.a",
            "deploy.nodes.a",
            "parity.example.a",
            "accepted.c",
        ] {
            assert_eq!(find(part), 1, "{part}");
        }
        let expects = |expect: Expect| jobs.iter().filter(|job| job.expect == expect).count();
        assert_eq!(expects(Expect::Refusal("words".to_owned())), 1);
        assert_eq!(expects(Expect::Difference(OVERRIDE.to_owned())), 1);
        assert_eq!(expects(Expect::Same("/nix/store/bare.drv".to_owned())), 1);
        assert_eq!(find("no such thing"), 0);
    }

    #[test]
    fn stories_on_the_same_machines_are_evaluated_once_or_when_asked_for() {
        let names = ["a", "b", "c"].map(str::to_owned);
        let machines = |name: &str| Ok(if name == "c" { "others" } else { "these" }.to_owned());
        let jobs = stories(&names, machines).unwrap();
        let wanted = |words: &[String]| jobs.iter().filter(|job| job.is_wanted(words)).count();
        assert_eq!(wanted(&[]), 2);
        assert_eq!(wanted(&["stories".to_owned()]), 3);
    }
}
