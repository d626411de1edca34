//! Format, lint and types of the Python in tests/.

use std::process::Command;

use anyhow::Result;
use camino::Utf8PathBuf;

use super::tools;
use crate::{ci::Tally, command, repository};

const CONFIG: &str = "tests/lab/pyproject.toml";
/// Folders that may hold Python.
const FOLDERS: [&str; 2] = ["tests/lab", "tests/vm"];

/// Runs ruff and mypy.
pub(super) fn check() -> Result<Tally> {
    let root = repository::root();
    if !tools::python_folder().join("bin/ruff").exists() {
        return Ok(Tally::skipped("no Python was checked: ruff and mypy are not installed"));
    }
    let folders: Vec<&str> = FOLDERS.into_iter().filter(|folder| root.join(folder).exists()).collect();
    let program = |name: &str, words: &[&str]| {
        let mut command = Command::new(tools::python_folder().join("bin").join(name));
        command.current_dir(&root).args(words);
        command
    };
    let mut checks = [
        program("ruff", &["format", "--check", "--config", CONFIG]),
        program("ruff", &["check", "--config", CONFIG]),
        program("mypy", &["--config-file", CONFIG]),
    ];
    checks[0].args(&folders);
    checks[1].args(&folders);
    checks[2].args(modules()?);
    let verdicts = checks.iter_mut().map(|check| {
        let verdict = command::run(check);
        if let Err(error) = &verdict {
            println!("{error:#}");
        }
        Tally::one(verdict.is_ok())
    });
    Ok(verdicts.sum())
}

/// What mypy looks at: packages and programs of the laboratory. A story's script is not a module of its own.
fn modules() -> Result<Vec<Utf8PathBuf>> {
    let root = repository::root();
    let is_ours = |path: &Utf8PathBuf| {
        let is_program = || {
            fs_err::read_to_string(root.join(path)).is_ok_and(|text| {
                text.lines().next().is_some_and(|line| line.starts_with("#!") && line.contains("python"))
            })
        };
        path.starts_with("tests/lab")
            && (path.extension() == Some("py") || path.extension().is_none() && is_program())
    };
    Ok(repository::files()?.into_iter().filter(is_ours).collect())
}
