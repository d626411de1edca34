//! What is evaluated.

use anyhow::{Result, bail};
use serde::Deserialize;
use std::collections::BTreeMap;

use super::nix::Flake;

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
        Self { attribute, expect }
    }

    /// Whether it evaluates all hosts in one process, which takes gigabytes.
    pub(super) fn is_heavy(&self) -> bool {
        self.expect == Expect::FlakeCheck || self.attribute.contains(".stories.")
    }

    /// Whether the user asked for it, by a part of its path.
    pub(super) fn is_wanted(&self, wanted: &[String]) -> bool {
        wanted.is_empty() || wanted.iter().any(|word| self.attribute.contains(word.as_str()))
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
    Ok(list(&serde_json::from_str(&run.stdout)?, &bare.stdout))
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
    jobs.extend(
        contents.stories.iter().map(|name| derivation(package(&format!("stories.{name}.driver.drvPath")))),
    );
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
            "stories.s",
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
}
