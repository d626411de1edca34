//! The three who decide: the manifest's parser, the JSON Schema of editors, and the NixOS module system.

use std::{collections::BTreeMap, process::Command};

use anyhow::{Context as _, Result};
use manifest::{Files, Input};
use serde_json::{Value, json};

use super::question::Question;
use crate::{command, eval, repository};

const NIX: &str = "tests/eval/option-verdicts.nix";

/// What the three say to one value. NixOS is not asked about what stays in the manifest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Verdicts {
    pub(super) rust: bool,
    pub(super) schema: bool,
    pub(super) nix: Option<bool>,
}

/// The parser of the manifest, given real TOML.
pub(super) fn rust(questions: &[Question]) -> Result<Vec<bool>> {
    questions.iter().map(|question| parses(&question.manifest())).collect()
}

fn parses(manifest: &Value) -> Result<bool> {
    let text = toml::to_string(manifest).with_context(|| format!("{manifest} cannot be said in TOML"))?;
    let fleet = Input { name: "fleet.toml".to_owned(), bytes: text.into_bytes() };
    Ok(!manifest::parse(Files { fleet, ..Files::default() }).report.has_errors(false))
}

/// The schema that editors read.
pub(super) fn schema(questions: &[Question]) -> Result<Vec<bool>> {
    let validator =
        jsonschema::validator_for(&render::schema()).map_err(|error| anyhow::anyhow!("{error}"))?;
    Ok(questions.iter().map(|question| validator.is_valid(&question.manifest())).collect())
}

/// The module system, in one process, if it can be had: verdicts by the number of the question.
pub(super) fn nixos(questions: &[Question]) -> Result<Option<BTreeMap<usize, bool>>> {
    if !command::exists("nix-instantiate") {
        return Ok(None);
    }
    let Some(nixpkgs) = eval::nixpkgs()? else { return Ok(None) };
    let asked: Vec<(usize, Value)> = questions
        .iter()
        .enumerate()
        .filter(|(_, question)| question.is_nixos)
        .map(|(index, question)| {
            let (path, value) = question.nixos();
            (index, json!({ "set": question.set, "path": path, "value": value }))
        })
        .collect();
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("questions.json");
    let list: Value = asked.iter().map(|(_, question)| question.clone()).collect();
    fs_err::write(&file, list.to_string())?;
    let mut nix = Command::new("nix-instantiate");
    nix.args(["--option", "build-users-group", "", "--eval", "--strict", "--json"]);
    nix.arg(repository::root().join(NIX));
    nix.args(["--arg", "lib", &format!("import {nixpkgs}/lib"), "--arg", "questions"]).arg(&file);
    let answers: Vec<bool> = serde_json::from_str(&command::output(&mut nix)?)?;
    Ok(Some(asked.into_iter().map(|(index, _)| index).zip(answers).collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parser_and_the_schema_tell_good_from_bad() {
        let question = |value: Value| Question {
            set: "disk",
            is_nixos: true,
            path: vec!["unlock-port".to_owned()],
            word: "port",
            value,
        };
        let questions = [question(json!(2222)), question(json!(70_000))];
        assert_eq!(rust(&questions).unwrap(), [true, false]);
        assert_eq!(schema(&questions).unwrap(), [true, false]);
    }
}
