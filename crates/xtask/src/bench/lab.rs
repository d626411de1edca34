//! Figures that the lab measures and a bench shows.

use std::process::Command;

use anyhow::{Context as _, Result, ensure};
use camino::{Utf8Path, Utf8PathBuf};
use fs_err as fs;
use serde::{Deserialize, de::DeserializeOwned};

use crate::repository;

/// What the lab says of the machine that it measured on.
#[derive(Debug, Deserialize)]
pub(super) struct Machine {
    pub(super) processors: u32,
    pub(super) model: String,
    /// Over one, five and fifteen minutes.
    pub(super) load: Vec<f64>,
}

/// A sentence about what the lab had in the place of real parts; old figures do not say.
pub(super) fn stand_ins(found: Option<&[String]>) -> String {
    match found {
        None => String::new(),
        Some([]) => "No stand-ins.\n".to_owned(),
        Some(found) => format!("Stand-ins: {}.\n", found.join(", ")),
    }
}

/// The lab with the words of one of its commands.
pub(super) fn command(words: &[&str]) -> Command {
    let mut lab = Command::new(repository::root().join("tests/lab/lab"));
    lab.current_dir(repository::root()).args(words);
    lab
}

/// What a command of the lab measures; it writes its figures into the file of `--out`, or into one that is gone afterwards. Its
/// progress is for people who wait.
pub(super) fn measured<R: DeserializeOwned>(mut lab: Command, out: Option<&Utf8Path>) -> Result<R> {
    let folder = tempfile::tempdir()?;
    let passing = || Utf8PathBuf::from_path_buf(folder.path().join("figures.json")).ok();
    let file = out.map(Utf8Path::to_owned).or_else(passing).context("an odd folder")?;
    let status = lab.args(["--out", file.as_str()]).status().context("the lab cannot be started")?;
    ensure!(status.success(), "the lab measured nothing");
    read(&file)
}

/// Figures that were measured before.
pub(super) fn read<R: DeserializeOwned>(file: &Utf8Path) -> Result<R> {
    serde_json::from_str(&fs::read_to_string(file)?).with_context(|| format!("{file}: no figures"))
}
