//! All stages in a row: folder → written → resolved → checked → rendered.

use std::mem::ManuallyDrop;

use anyhow::Result;
use camino::Utf8Path;
use diag::{Diagnostic, Kind, Place, Report, Severity, Sources};
use fleet::Checked;
use manifest::{Files, SIZE_LIMIT};
use render::HostFile;
use serde_json::{Value, json};
use settings::daemons::Daemon;
use values::{Name, Version};

use crate::{
    folder::{self, Folder},
    output::Output,
};

/// What people wait for in a large fleet.
pub(crate) const WAIT: &str = "checking the fleet";

/// What the stages gave; `T` is what the command keeps of each host.
pub(crate) struct Verdict<T> {
    /// Every complaint of every stage.
    pub(crate) report: Report,
    /// The texts that they point into.
    pub(crate) sources: Sources,
    /// The fleet, when there are no errors.
    pub(crate) fleet: Option<Rendered<T>>,
}

/// A fleet without errors.
pub(crate) struct Rendered<T> {
    /// The fleet. It is there until the process ends: to take that of 1,000 hosts apart takes 5 % of a run.
    pub(crate) checked: ManuallyDrop<Checked>,
    /// What is kept of each host, in the order of their names.
    pub(crate) hosts: Vec<T>,
}

/// Takes the fleet in `path` through all stages. A stage runs even after complaints of the one before, so that one run
/// finds them all. Each host is rendered once, judged, and given to `keep`: the files of a fleet of thousands are never
/// in memory as a whole. Settings are for the versions that are `installed`, and else for those of the manifest.
pub(crate) fn judge<T: Send>(
    path: &Utf8Path,
    installed: &[(Daemon, Version)],
    keep: impl Fn(HostFile) -> T + Sync,
) -> Result<Verdict<T>> {
    let Folder { files, too_large } = folder::read(path)?;
    Ok(if too_large.is_empty() { judge_files(files, installed, keep) } else { refuse(&too_large) })
}

/// As [`judge`], for files that were read, and perhaps changed, before.
pub(crate) fn judge_files<T: Send>(
    files: Files,
    installed: &[(Daemon, Version)],
    keep: impl Fn(HostFile) -> T + Sync,
) -> Verdict<T> {
    let manifest::Parsed { written, mut report, sources } = manifest::parse(files);
    let (resolved, complaints) = fleet::resolve(written);
    report.extend(complaints);
    let checked = resolved.and_then(|resolved| {
        let (checked, complaints) = fleet::check(resolved);
        report.extend(complaints);
        checked
    });
    let fleet = checked.filter(|_| !report.has_errors(false)).map(|checked| {
        let checked = ManuallyDrop::new(checked.with_installed(installed));
        let judged = render::hosts(&checked, |host| (render::check_host(&host.json), keep(host)));
        let (complaints, hosts): (Vec<_>, _) = judged.into_iter().unzip();
        // What a manifest can be warned of, the rules of the fleet have said, with the place in it. A warning of a host
        // is for what is set in Nix.
        let complaints = complaints.into_iter().flatten();
        report.extend(complaints.filter(|one| one.severity() == Severity::Error));
        Rendered { checked, hosts }
    });
    let fleet = fleet.filter(|_| !report.has_errors(false));
    Verdict { report, sources, fleet }
}

/// As [`judge`], for commands that need a fleet without errors: complains itself when it has some.
pub(crate) fn rendered<T: Send>(
    path: &Utf8Path,
    installed: &[(Daemon, Version)],
    keep: impl Fn(HostFile) -> T + Sync,
    out: &mut Output,
) -> Result<Option<Rendered<T>>> {
    let waiting = out.waiting(WAIT);
    let Verdict { report, sources, fleet } = judge(path, installed, keep)?;
    drop(waiting);
    if fleet.is_none() {
        out.refusal(&report, &sources)?;
    }
    Ok(fleet)
}

/// For [`judge`]: of a host's file, the secrets that it names and whose guests it serves.
pub(crate) fn secrets(mut host: HostFile) -> (Name, Value) {
    let kept = json!({ "facts": { "tenant": host.json["facts"]["tenant"] }, "secrets": host.json["secrets"].take() });
    (host.name, kept)
}

fn refuse<T>(too_large: &[(camino::Utf8PathBuf, u64)]) -> Verdict<T> {
    let mut sources = Sources::new();
    let complaints = too_large.iter().map(|(path, bytes)| {
        let file = sources.add(path.as_str(), "");
        let kind = Kind::FileTooLarge { bytes: *bytes, limit: SIZE_LIMIT as u64 };
        Diagnostic::new(kind).at(Place::new(file, 0..0))
    });
    let report = complaints.collect();
    Verdict { report, sources, fleet: None }
}

#[cfg(test)]
mod tests;
