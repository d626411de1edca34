//! Rules on files: their length, their names, marks of generated ones, words.

use anyhow::Result;
use camino::{Utf8Path, Utf8PathBuf};

use super::fault::Fault;
use crate::repository;

/// Longest file that a person writes.
const LONGEST: usize = 500;
/// `flake.nix` stays a table of contents.
const LONGEST_FLAKE: usize = 99;
/// Names that say nothing about what is inside.
const DRAWERS: [&str; 8] = ["utils", "util", "helpers", "helper", "common", "misc", "stuff", "lib_utils"];
/// Promises that only the page of claims may speak of, each with its bound.
const PROMISES: [&str; 4] = [
    concat!("zero", " jitter"),
    concat!("zero", "-jitter"),
    concat!("impene", "trable"),
    concat!("compl", "iant"),
];
/// The page of claims.
pub(super) const CLAIMS: &str = "docs/claims.md";
/// What unfinished work is marked with.
const UNFINISHED: [&str; 3] = [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("XX", "X:")];
/// Endings of files that tools leave behind: proposals of insta, rejects of patch, copies of editors.
const LEFTOVERS: [&str; 6] = [".pending-snap", ".snap.new", ".orig", ".rej", ".bak", "~"];
const MARKER: &str = "@generated";

/// A file of the repository.
#[derive(Debug)]
pub(super) struct Text {
    pub(super) path: Utf8PathBuf,
    pub(super) text: String,
}

impl Text {
    /// Whether a program wrote it.
    fn is_generated(&self) -> bool {
        self.text.lines().take(4).any(|line| line.contains(MARKER))
    }

    /// Whether people wrote it as source or documentation. Lock files and inputs of tests are data.
    fn is_written(&self) -> bool {
        let written = ["rs", "nix", "py", "sh", "toml", "md", "yml", "yaml"];
        let is_case = self.path.components().any(|part| part.as_str() == "cases");
        self.path.extension().is_none_or(|extension| written.contains(&extension))
            && !is_case
            && !self.is_generated()
    }
}

/// All files that are text.
pub(super) fn texts() -> Result<Vec<Text>> {
    let root = repository::root();
    let read = |path: Utf8PathBuf| {
        let text = String::from_utf8(fs_err::read(root.join(&path)).ok()?).ok()?;
        Some(Text { path, text })
    };
    Ok(repository::files()?.into_iter().filter_map(read).collect())
}

/// Length, name and mark of each file.
pub(super) fn check(texts: &[Text]) -> Vec<Fault> {
    let rules = [length, drawer, leftover, unmarked, unfinished];
    texts.iter().flat_map(|text| rules.iter().filter_map(|rule| rule(text))).collect()
}

fn length(text: &Text) -> Option<Fault> {
    let limit = if text.path == "flake.nix" { LONGEST_FLAKE } else { LONGEST };
    let lines = text.text.lines().count();
    (text.is_written() && lines > limit).then(|| {
        Fault::new(
            text.path.as_str(),
            format!("{lines} lines, at most {limit} are allowed"),
            "split it by what its parts do",
        )
    })
}

fn drawer(text: &Text) -> Option<Fault> {
    let is_drawer = |part: &str| DRAWERS.contains(&part.split('.').next().unwrap_or(part));
    text.path.components().find(|part| is_drawer(part.as_str())).map(|part| {
        Fault::new(
            text.path.as_str(),
            format!("`{part}` says nothing about what is in it"),
            "name it after its content",
        )
    })
}

/// What a tool left behind.
fn leftover(text: &Text) -> Option<Fault> {
    let ending = LEFTOVERS.iter().find(|ending| text.path.as_str().ends_with(**ending))?;
    Some(Fault::new(
        text.path.as_str(),
        format!("`{ending}` is what a tool leaves behind"),
        "remove it from git",
    ))
}

/// Generated files stand in folders of this name, besides two that have their own place.
fn unmarked(text: &Text) -> Option<Fault> {
    let in_folder = text.path.parent().and_then(Utf8Path::file_name) == Some("generated");
    let is_derived =
        in_folder || text.path == "docs/fleet.schema.json" || text.path.ends_with("allocations.json");
    let is_case = text.path.components().any(|part| part.as_str() == "cases");
    (is_derived && !is_case && !text.is_generated()).then(|| {
        Fault::new(
            text.path.as_str(),
            format!("no `{MARKER}` at its beginning"),
            "let its generator write the mark, or move what is written by hand",
        )
    })
}

fn unfinished(text: &Text) -> Option<Fault> {
    let (line, word) = text.text.lines().enumerate().find_map(|(number, line)| {
        UNFINISHED.iter().find(|word| line.contains(**word)).map(|word| (number + 1, word))
    })?;
    let is_source = text.is_written();
    is_source.then(|| {
        Fault::new(
            format!("{}:{line}", text.path),
            format!("unfinished: `{word}`"),
            "finish it, or file an issue and remove the mark",
        )
    })
}

/// Promises outside the page that bounds them.
pub(super) fn words(texts: &[Text]) -> Vec<Fault> {
    let spoken = texts.iter().filter(|text| text.path != CLAIMS && text.path.extension() != Some("lock"));
    spoken.flat_map(promises).collect()
}

fn promises(text: &Text) -> Vec<Fault> {
    let lines = text.text.lines().enumerate();
    lines
        .filter_map(|(number, line)| {
            let line = line.to_lowercase();
            let word = PROMISES.iter().find(|word| says(&line, word))?;
            let place = format!("{}:{}", text.path, number + 1);
            Some(Fault::new(
                place,
                format!("promises `{word}`"),
                format!("say what is measured, or point to {CLAIMS}"),
            ))
        })
        .collect()
}

/// Whether `line` has `word` as a word of its own.
fn says(line: &str, word: &str) -> bool {
    line.match_indices(word).any(|(start, _)| {
        let before = line[..start].chars().next_back();
        let after = line[start + word.len()..].chars().next();
        ![before, after].into_iter().flatten().any(char::is_alphanumeric)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(path: &str, text: &str) -> Text {
        Text { path: path.into(), text: text.to_owned() }
    }

    fn faults(path: &str, content: &str) -> Vec<String> {
        check(&[text(path, content)]).into_iter().map(|fault| fault.what).collect()
    }

    #[test]
    fn long_files_are_found_but_generated_ones_may_be_long() {
        let long = "x\n".repeat(501);
        assert_eq!(faults("a/b.rs", &long), ["501 lines, at most 500 are allowed"]);
        assert!(faults("a/b.rs", &long[..1000]).is_empty());
        assert!(faults("a/b.rs", &format!("// {MARKER} by x\n{long}")).is_empty());
        assert_eq!(faults("flake.nix", &"x\n".repeat(100)), ["100 lines, at most 99 are allowed"]);
    }

    #[test]
    fn drawers_are_found_as_files_and_folders() {
        for path in ["crates/a/src/utils.rs", "tests/helpers/a.py", "modules/lib/common.nix"] {
            assert_eq!(faults(path, "").len(), 1, "{path}");
        }
        assert!(faults("crates/a/src/commonmark.rs", "").is_empty());
    }

    #[test]
    fn what_a_tool_left_behind_is_found() {
        assert_eq!(faults("tests/.check.rs.pending-snap", "").len(), 1);
        assert!(faults("tests/snapshots/check.snap", "").is_empty());
    }

    #[test]
    fn a_derived_file_without_its_mark_is_found() {
        assert_eq!(faults("modules/generated/core.json", "{}").len(), 1);
        assert!(faults("modules/generated/core.json", "{\n\"_generated\": \"@generated by x\"}").is_empty());
    }

    #[test]
    fn unfinished_work_is_found() {
        let planted = format!("fn a() {{}}\n// {}: later\n", UNFINISHED[0]);
        assert_eq!(faults("a.rs", &planted), [format!("unfinished: `{}`", UNFINISHED[0])]);
    }

    #[test]
    fn promises_are_found_outside_their_page_only() {
        let planted = format!("It has {} at all.\nSelf{}e.\n", PROMISES[0].to_uppercase(), PROMISES[3]);
        assert_eq!(words(&[text("README.md", &planted)]).len(), 1);
        assert_eq!(words(&[text("README.md", &format!("fully {}.", PROMISES[3]))]).len(), 1);
        assert!(words(&[text(CLAIMS, &planted)]).is_empty());
    }
}
