//! Format, lint and types of the Python in tests/.

use std::{env, process::Command};

use anyhow::Result;
use camino::Utf8PathBuf;

use super::tools;
use crate::{ci::Tally, command, repository};

const FOLDER: &str = "tests/lab";
const LAB: &str = "tests/lab/lab";

/// Runs ruff, mypy, and, on the stories, ty.
pub(super) fn check() -> Result<Tally> {
    let root = repository::root();
    if !tools::python_folder().join("bin/ruff").exists() {
        return Ok(Tally::skipped("no Python was checked: ruff and mypy are not installed"));
    }
    // In the folder of the configuration, because ruff takes what lies there for ours.
    let program = |name: &str, words: &[&str]| {
        let mut command = Command::new(tools::python_folder().join("bin").join(name));
        command.current_dir(root.join(FOLDER)).args(words);
        command
    };
    let mut checks = [
        program("ruff", &["format", "--check", "--config", "pyproject.toml", ".", "../vm"]),
        program("ruff", &["check", "--config", "pyproject.toml", ".", "../vm"]),
        program("mypy", &["--config-file", "pyproject.toml"]),
    ];
    checks[2].args(modules()?);
    let mut tally: Tally = checks.iter_mut().map(|check| Tally::judged(command::run(check))).sum();
    if root.join(LAB).exists() {
        tally += Tally::of_program(&mut lint_of_stories())?;
    }
    Ok(tally)
}

/// A story's script has its machines as globals, which only the lab knows.
fn lint_of_stories() -> Command {
    let path = env::var("PATH").unwrap_or_default();
    let mut lint = Command::new(repository::root().join(LAB));
    lint.arg("lint").current_dir(repository::root());
    lint.env("PATH", format!("{}/bin:{path}", tools::python_folder()));
    lint
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
    Ok(repository::files()?.into_iter().filter(is_ours).map(|path| root.join(path)).collect())
}
