//! The list of steps, in the order in which they run.

use clap::ValueEnum;

/// One step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Step {
    /// Programs that other steps need.
    Tools,
    /// Format of Rust.
    Fmt,
    /// Clippy.
    Clippy,
    /// Tests of all crates.
    Test,
    /// Rust documentation.
    Doc,
    /// Derived files.
    Generate,
    /// Rendered hosts.
    Render,
    /// Rules of the house.
    House,
    /// Dependencies.
    Deny,
    /// Nix files, without Nix.
    Nix,
    /// Rulesets.
    Nft,
    /// Python of the laboratory.
    Python,
    /// Verdicts on values of options.
    Parity,
    /// Evaluation by Nix.
    Eval,
    /// Real processes.
    Lab,
}

impl Step {
    /// Every step.
    pub(crate) const ALL: [Self; 15] = [
        Self::Tools,
        Self::Fmt,
        Self::House,
        Self::Nix,
        Self::Clippy,
        Self::Test,
        Self::Doc,
        Self::Generate,
        Self::Render,
        Self::Deny,
        Self::Nft,
        Self::Python,
        Self::Parity,
        Self::Eval,
        Self::Lab,
    ];

    /// The word on the command line.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Tools => "tools",
            Self::Fmt => "fmt",
            Self::Clippy => "clippy",
            Self::Test => "test",
            Self::Doc => "doc",
            Self::Generate => "generate",
            Self::Render => "render",
            Self::House => "house",
            Self::Deny => "deny",
            Self::Nix => "nix",
            Self::Nft => "nft",
            Self::Python => "python",
            Self::Parity => "parity",
            Self::Eval => "eval",
            Self::Lab => "lab",
        }
    }

    /// What it does, in a few words.
    pub(crate) fn about(self) -> &'static str {
        match self {
            Self::Tools => "programs that the other steps need",
            Self::Fmt => "Rust is formatted",
            Self::Clippy => "no warning of rustc or clippy",
            Self::Test => "tests of all crates",
            Self::Doc => "the Rust documentation builds without a warning",
            Self::Generate => "files derived from Rust are fresh",
            Self::Render => "rendered hosts are fresh",
            Self::House => "rules of the house",
            Self::Deny => "licences, sources and bans of dependencies",
            Self::Nix => "every Nix file parses, is formatted, and sets options that exist",
            Self::Nft => "the kernel's own parser accepts every ruleset",
            Self::Python => "Python of tests/ is formatted, linted and typed",
            Self::Parity => "Rust, JSON Schema and NixOS give one verdict on values of every option",
            Self::Eval => "Nix evaluates every host, and what must be refused is refused",
            Self::Lab => "stories with real processes",
        }
    }

    /// Steps without which this one makes no sense.
    pub(crate) fn needs(self) -> &'static [Self] {
        match self {
            Self::Render => &[Self::Generate],
            _ => &[],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_step_runs_once_after_what_it_needs_and_is_named_as_on_the_command_line() {
        for step in Step::value_variants() {
            let place = |wanted: Step| Step::ALL.iter().position(|step| *step == wanted);
            assert!(place(*step).is_some(), "{step:?}");
            assert!(step.needs().iter().all(|needed| place(*needed) < place(*step)), "{step:?}");
            let word = step.to_possible_value().map(|value| value.get_name().to_owned());
            assert_eq!(word.as_deref(), Some(step.name()));
        }
        assert_eq!(Step::ALL.len(), Step::value_variants().len());
    }
}
