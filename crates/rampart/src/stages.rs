//! All stages in a row: folder → written → resolved → checked → rendered.

use anyhow::Result;
use camino::Utf8Path;
use diag::{Diagnostic, Kind, Place, Report, Sources};
use fleet::Checked;
use manifest::{Files, SIZE_LIMIT};
use render::HostFile;
use settings::daemons::Daemon;
use values::Version;

use crate::{
    folder::{self, Folder},
    output::Output,
};

/// What the stages gave.
pub(crate) struct Verdict {
    /// Every complaint of every stage.
    pub(crate) report: Report,
    /// The texts that they point into.
    pub(crate) sources: Sources,
    /// The fleet, when there are no errors.
    pub(crate) fleet: Option<Rendered>,
}

/// A fleet without errors.
pub(crate) struct Rendered {
    /// The fleet.
    pub(crate) checked: Checked,
}

impl Rendered {
    /// The files of its hosts, each made when it is asked for: a fleet of thousands is never in memory as a whole.
    pub(crate) fn hosts(&self) -> impl Iterator<Item = HostFile> {
        render::hosts(&self.checked)
    }

    /// The same fleet for the versions that are installed.
    pub(crate) fn with_installed(self, installed: &[(Daemon, Version)]) -> Self {
        Self { checked: self.checked.with_installed(installed) }
    }
}

/// Takes the fleet in `path` through all stages. A stage runs even after complaints of the one before, so that one run
/// finds them all.
pub(crate) fn judge(path: &Utf8Path) -> Result<Verdict> {
    let Folder { files, too_large } = folder::read(path)?;
    Ok(if too_large.is_empty() { judge_files(files) } else { refuse(&too_large) })
}

fn judge_files(files: Files) -> Verdict {
    let manifest::Parsed { written, mut report, sources } = manifest::parse(files);
    let (resolved, complaints) = fleet::resolve(written);
    report.extend(complaints);
    let checked = resolved.and_then(|resolved| {
        let (checked, complaints) = fleet::check(resolved);
        report.extend(complaints);
        checked
    });
    let fleet = checked.filter(|_| !report.has_errors(false)).map(|checked| {
        report.extend(render::hosts(&checked).flat_map(|host| render::check_host(&host.json)));
        Rendered { checked }
    });
    let fleet = fleet.filter(|_| !report.has_errors(false));
    Verdict { report, sources, fleet }
}

/// As [`judge`], for commands that need a fleet without errors: complains itself when it has some.
pub(crate) fn rendered(path: &Utf8Path, out: &mut Output) -> Result<Option<Rendered>> {
    let Verdict { report, sources, fleet } = judge(path)?;
    if fleet.is_none() {
        out.refusal(&report, &sources)?;
    }
    Ok(fleet)
}

fn refuse(too_large: &[(camino::Utf8PathBuf, u64)]) -> Verdict {
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
