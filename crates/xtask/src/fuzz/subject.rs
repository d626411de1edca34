//! What is tried: all stages over one manifest.

use std::{
    collections::BTreeSet,
    fmt,
    panic::{self, AssertUnwindSafe},
};

use diag::{Code, Report};
use manifest::{Files, Input};

/// What a manifest led to.
#[derive(Debug, Default)]
pub(super) struct Seen {
    /// Errors in it.
    pub(super) errors: usize,
    /// Every complaint about it, by its code.
    pub(super) codes: BTreeSet<Code>,
    /// Hosts that were rendered.
    pub(super) hosts: usize,
}

/// What must never be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fault {
    /// A panic, with its words.
    Panic(String),
    /// A complaint that does not say where.
    NoPlace(Code),
    /// A complaint that does not say what to do.
    NoHelp(Code),
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Panic(words) => write!(f, "panic: {words}"),
            Self::NoPlace(code) => write!(f, "`{code}` without a place"),
            Self::NoHelp(code) => write!(f, "`{code}` without a help"),
        }
    }
}

/// Runs `work` without the words that a panic prints by itself.
pub(super) fn quietly<T>(work: impl FnOnce() -> T) -> T {
    let before = panic::take_hook();
    panic::set_hook(Box::new(|_| {}));
    let result = work();
    panic::set_hook(before);
    result
}

/// Takes a manifest through all stages.
pub(super) fn judge(manifest: &[u8]) -> Result<Seen, Fault> {
    let (report, hosts) = panic::catch_unwind(AssertUnwindSafe(|| stages(manifest)))
        .map_err(|panic| Fault::Panic(words(&*panic)))?;
    for complaint in report.iter() {
        let code = complaint.kind.code();
        if complaint.kind.help().trim().is_empty() {
            return Err(Fault::NoHelp(code));
        }
        // A rule on a rendered host names the host instead.
        if complaint.place.is_none() && complaint.host.is_none() {
            return Err(Fault::NoPlace(code));
        }
    }
    let codes = report.iter().map(|complaint| complaint.kind.code()).collect();
    Ok(Seen { errors: report.errors(), codes, hosts })
}

fn stages(manifest: &[u8]) -> (Report, usize) {
    let mut hosts = 0;
    let fleet = Input { name: "fleet.toml".to_owned(), bytes: manifest.to_vec() };
    let manifest::Parsed { written, mut report, sources } =
        manifest::parse(Files { fleet, ..Files::default() });
    let (resolved, complaints) = fleet::resolve(written);
    report.extend(complaints);
    if let Some(resolved) = resolved {
        let (checked, complaints) = fleet::check(resolved);
        report.extend(complaints);
        if let Some(checked) = checked {
            let complaints = render::hosts(&checked, |host| render::check_host(&host.json));
            hosts += complaints.len();
            report.extend(complaints.into_iter().flatten());
        }
    }
    // Showing a complaint looks at its place, which may be out of the text.
    let _ = report.to_json(&sources);
    (report, hosts)
}

fn words(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("(no words)").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_broken_manifest_is_counted() {
        for manifest in [&b"[fleet\n"[..], b"\xff\xfe", b""] {
            assert!(judge(manifest).unwrap().errors > 0);
        }
    }

    #[test]
    fn words_of_a_panic_are_kept() {
        let caught = quietly(|| panic::catch_unwind(|| panic!("planted {}", 1))).unwrap_err();
        assert_eq!(words(&*caught), "planted 1");
    }
}
