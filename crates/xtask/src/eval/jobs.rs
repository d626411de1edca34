//! What is evaluated.

use std::collections::BTreeMap;

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
    /// Another job evaluates the same, which takes seconds and for a story most of a minute; this one when asked for.
    is_repeated: bool,
    /// Of a story: whose machines it has, when another story's evaluation stands for its own.
    stand_in: Option<String>,
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
    /// Neither differences nor keys that nobody looked at, and a system.
    Parity,
    /// A difference in this key: the alarm of parity itself works.
    Difference(String),
    /// A failure with these words in it.
    Refusal(String),
    /// A path of the store, from the flake in tests/consumer.
    Consumer,
    /// `nix flake check` has no complaint, within its memory.
    FlakeCheck,
}

impl Job {
    fn new(attribute: String, expect: Expect) -> Self {
        Self { attribute, expect, is_repeated: false, stand_in: None }
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
    exemplified: Vec<String>,
    accepted: Vec<String>,
    refused: BTreeMap<String, String>,
    stories: Vec<String>,
}

/// Names only: no host is evaluated for them.
const CONTENTS: &str = "p: with builtins; {
    evaluations = mapAttrs (_: attrNames) p.evaluations;
    parity = mapAttrs (_: attrNames) p.parity;
    modules = attrNames p.modules;
    exemplified = attrNames p.exemplified;
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
    jobs.extend(systems(contents));
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
    let examples = contents.exemplified.iter().map(|name| format!("exemplified.{name}.drvPath"));
    let accepted = contents.accepted.iter().map(|name| format!("accepted.{name}.drvPath"));
    jobs.extend(examples.chain(accepted).map(|path| derivation(package(&path))));
    let refusal = |(name, message): (&String, &String)| {
        Job::new(package(&format!("refused.{name}.evaluate")), Expect::Refusal(message.clone()))
    };
    jobs.extend(contents.refused.iter().map(refusal));
    jobs
}

/// Every host to its system. Parity evaluates that, too; what is left are hosts of the fleet with overrides, and the first
/// of those is taken as a user's own flake has it.
fn systems(contents: &Contents) -> Vec<Job> {
    let mut jobs = Vec::new();
    for (fleet, hosts) in &contents.evaluations {
        for (index, host) in hosts.iter().enumerate() {
            let attribute = package(&format!("evaluations.{fleet}.{host}.drvPath"));
            let mut job = Job::new(attribute, Expect::Derivation);
            job.is_repeated = index == 0 || fleet != OVERRIDDEN;
            jobs.push(job);
        }
    }
    let first = contents.evaluations.get(OVERRIDDEN).and_then(|hosts| hosts.first());
    let system = |host| format!("nixosConfigurations.{host}.config.system.build.toplevel.drvPath");
    jobs.extend(first.map(|host| Job::new(system(host), Expect::Consumer)));
    jobs
}

/// Each story to its driver. The script is text to Nix, so that stories differ for it by their machines.
fn stories(names: &[String], machines: impl Fn(&str) -> Result<String>) -> Result<Vec<Job>> {
    let mut known: BTreeMap<String, &str> = BTreeMap::new();
    let mut jobs = Vec::new();
    for name in names {
        let mut job = Job::new(package(&format!("stories.{name}.driver.drvPath")), Expect::Derivation);
        let first = *known.entry(machines(name)?).or_insert(name);
        if first != name {
            job.is_repeated = true;
            job.stand_in = Some(format!("{name}: the machines of {first}"));
        }
        jobs.push(job);
    }
    Ok(jobs)
}

/// Which stories nobody evaluates unasked, and what is evaluated for each.
pub(super) fn left_out(jobs: &[Job]) -> Option<String> {
    let each: Vec<&str> = jobs.iter().filter_map(|job| job.stand_in.as_deref()).collect();
    (!each.is_empty()).then(|| {
        format!(
            "{} stories were not evaluated: to Nix their script is text, and another one has the same machines. \
             `cargo xtask eval stories` evaluates every one.\n{}",
            each.len(),
            each.join("\n")
        )
    })
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
            r#"{ "evaluations": { "example": ["a"], "consumer": ["a", "b"] }, "modules": ["bare", "m"], "exemplified": ["m"], "parity": { "example": ["a"], "consumer": ["a", "b"] },
                 "accepted": ["c"], "refused": { "r": "words" }, "stories": ["s"] }"#,
        )
        .unwrap();
        let jobs = list(&contents, "/nix/store/bare.drv");
        let find = |part: &str| jobs.iter().filter(|job| job.is_wanted(&[part.to_owned()])).count();
        for part in [
            "evaluations.example.a",
            "modules.m",
            "exemplified.m",
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
        // Unasked, a host is evaluated to its system once: by parity, or in the fleet that has overrides.
        let unasked =
            |part: &str| jobs.iter().filter(|job| job.is_wanted(&[]) && job.attribute.contains(part)).count();
        assert_eq!(unasked("evaluations.example.a"), 0);
        assert_eq!(unasked("evaluations.consumer.a"), 0);
        assert_eq!(unasked("evaluations.consumer.b"), 1);
        assert_eq!(expects(Expect::Consumer), 1);
    }

    #[test]
    fn stories_on_the_same_machines_are_evaluated_once_or_when_asked_for() {
        let names = ["a", "b", "c"].map(str::to_owned);
        let machines = |name: &str| Ok(if name == "c" { "others" } else { "these" }.to_owned());
        let jobs = stories(&names, machines).unwrap();
        let wanted = |words: &[String]| jobs.iter().filter(|job| job.is_wanted(words)).count();
        assert_eq!(wanted(&[]), 2);
        assert_eq!(wanted(&["stories".to_owned()]), 3);
        let said = left_out(&jobs).unwrap();
        assert_eq!(said.lines().skip(1).collect::<Vec<_>>(), ["b: the machines of a"], "{said}");
        assert!(said.starts_with("1 stories were not evaluated"), "{said}");
        assert_eq!(left_out(&jobs[..1]), None);
    }
}
