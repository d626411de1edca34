//! The rule language of Traefik's routers: `&&`, `||`, `!`, parentheses and matchers with quoted arguments
//! (traefik: pkg/rules, docs `rules-and-priority.md`).

use std::{net::IpAddr, sync::LazyLock};

use regex_syntax::hir::literal::Extractor;
use values::Cidr;

use super::probe::Probe;

/// A rule as a tree. Nested conjunctions are flat.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Rule<'r> {
    /// ``Name(`argument`, …)``.
    Matcher(&'r str, Vec<&'r str>),
    /// `!rule`.
    Not(Box<Self>),
    /// `a && b`.
    All(Vec<Self>),
    /// `a || b`.
    Any(Vec<Self>),
}

use Rule::{All, Any, Matcher, Not};

/// Where a path that a rule accepts may begin.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Start {
    text: String,
    exact: bool,
}

impl<'r> Rule<'r> {
    /// Whether every way to match passes a matcher (not a negated one) that `wanted` accepts.
    pub(super) fn requires(&self, wanted: &impl Fn(&str, &[&str]) -> bool) -> bool {
        match self {
            Matcher(name, arguments) => wanted(name, arguments),
            Not(_) => false,
            All(parts) => parts.iter().any(|part| part.requires(wanted)),
            Any(parts) => !parts.is_empty() && parts.iter().all(|part| part.requires(wanted)),
        }
    }

    /// Every matcher in the rule.
    pub(super) fn matchers(&self) -> Vec<(&'r str, &[&'r str])> {
        match self {
            Matcher(name, arguments) => vec![(name, arguments)],
            Not(inner) => inner.matchers(),
            All(parts) | Any(parts) => parts.iter().flat_map(Self::matchers).collect(),
        }
    }

    /// The parts that must all match.
    pub(super) fn conjuncts(&self) -> &[Self] {
        match self {
            All(parts) => parts,
            other => std::slice::from_ref(other),
        }
    }

    /// Whether a rule with these conjuncts matches nothing that `self` matches, as far as its text shows: the negation of
    /// `self` is among them, whole, with some of its conditions left out, or alternative by alternative.
    pub(super) fn is_excluded_by(&self, conjuncts: &[Self]) -> bool {
        let covers = |rule: &Self| rule.conjuncts().iter().all(|part| self.conjuncts().contains(part));
        conjuncts.iter().any(|part| matches!(part, Not(inner) if covers(inner)))
            || matches!(self, Any(parts) if parts.iter().all(|part| part.is_excluded_by(conjuncts)))
    }

    /// Whether some path may match both rules. Errs on the side of yes.
    pub(super) fn shares_paths_with(&self, other: &Self) -> bool {
        match (self.starts(), other.starts()) {
            (Some(own), Some(others)) => own.iter().any(|a| others.iter().any(|b| a.meets(b))),
            _ => true,
        }
    }

    /// Whether some request may match both rules by its host name.
    pub(super) fn shares_hosts_with(&self, other: &Self) -> bool {
        match (self.hosts(), other.hosts()) {
            (Some(own), Some(others)) => own.iter().any(|host| others.contains(host)),
            _ => true,
        }
    }

    /// Host names that the rule is about; `None` when it takes any.
    fn hosts(&self) -> Option<Vec<&'r str>> {
        match self {
            Matcher("Host" | "HostSNI", arguments) => Some(arguments.clone()),
            Matcher(..) | Not(_) => None,
            All(parts) => parts.iter().find_map(Self::hosts),
            Any(parts) => parts.iter().map(Self::hosts).collect::<Option<Vec<_>>>().map(|all| all.concat()),
        }
    }

    /// Beginnings of every path that may match; `None` when any may.
    fn starts(&self) -> Option<Vec<Start>> {
        match self {
            Matcher("Path", arguments) => Some(arguments.iter().map(|path| Start::new(path, true)).collect()),
            Matcher("PathPrefix", arguments) => {
                Some(arguments.iter().map(|path| Start::new(path, false)).collect())
            }
            Matcher("PathRegexp", arguments) => prefixes(arguments.first()?),
            Matcher(..) | Not(_) => None,
            All(parts) => parts.iter().find_map(Self::starts),
            Any(parts) => parts.iter().map(Self::starts).collect::<Option<Vec<_>>>().map(|all| all.concat()),
        }
    }

    /// Whether a stranger who sends `probe` can make the rule come out as `wanted`. What a stranger chooses (host name,
    /// headers, query) can come out either way.
    pub(super) fn can_be(&self, wanted: bool, probe: &Probe<'_>) -> bool {
        match self {
            Matcher(name, arguments) => match *name {
                "Path" => arguments.contains(&probe.path) == wanted,
                "PathPrefix" => arguments.iter().any(|path| probe.path.starts_with(path)) == wanted,
                "PathRegexp" => arguments.iter().any(|pattern| probe.fits(pattern)) == wanted,
                "Method" => arguments.contains(&probe.method) == wanted,
                "ClientIP" => !wanted || arguments.iter().any(|range| is_public(range)),
                _ => true,
            },
            Not(inner) => inner.can_be(!wanted, probe),
            All(parts) if wanted => {
                // Ranges are dearer to judge than paths, and most rules fail by their path.
                let ranges = |part: &&Self| matches!(part, Matcher("ClientIP", _));
                let others = parts.iter().filter(|part| !ranges(part));
                others.chain(parts.iter().filter(ranges)).all(|part| part.can_be(true, probe))
            }
            All(parts) => parts.iter().any(|part| part.can_be(false, probe)),
            Any(parts) if wanted => parts.iter().any(|part| part.can_be(true, probe)),
            Any(parts) => parts.iter().all(|part| part.can_be(false, probe)),
        }
    }
}

impl Start {
    fn new(text: &str, exact: bool) -> Self {
        Self { text: text.to_owned(), exact }
    }

    fn meets(&self, other: &Self) -> bool {
        match (self.exact, other.exact) {
            (true, true) => self.text == other.text,
            (true, false) => self.text.starts_with(&other.text),
            (false, true) => other.text.starts_with(&self.text),
            (false, false) => self.text.starts_with(&other.text) || other.text.starts_with(&self.text),
        }
    }
}

/// Beginnings of the paths that an anchored expression finds.
fn prefixes(pattern: &str) -> Option<Vec<Start>> {
    let anchored = pattern.starts_with('^');
    let hir = regex_syntax::parse(pattern).ok().filter(|_| anchored)?;
    let literals = Extractor::new().extract(&hir);
    literals.literals().map(|all| {
        all.iter().map(|literal| Start::new(&String::from_utf8_lossy(literal.as_bytes()), false)).collect()
    })
}

/// Whether the range has an address that a stranger can have.
fn is_public(range: &str) -> bool {
    let network = range.parse::<Cidr>().ok().or_else(|| range.parse::<IpAddr>().ok().map(Cidr::host));
    network.is_none_or(|network| {
        !PRIVATE
            .iter()
            .any(|range| range.contains(network.address()) && range.prefix_len() <= network.prefix_len())
    })
}

/// Ranges of which no stranger has an address.
static PRIVATE: LazyLock<Vec<Cidr>> = LazyLock::new(|| {
    let ranges = [
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "fc00::/7",
        "::1/128",
    ];
    ranges.iter().filter_map(|range| range.parse().ok()).collect()
});
