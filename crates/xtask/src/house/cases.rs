//! Every rule and every complaint has cases that show it.

use std::collections::BTreeSet;

use camino::{Utf8Path, Utf8PathBuf};
use diag::Code;

use super::{fault::Fault, files::Text};

/// Folders whose files are rules, if they are called like a complaint.
const RULES: [&str; 2] = ["crates/fleet/src/rules", "crates/render/src/local"];

/// What the case files show: the complaints that are made somewhere, and those that something comes close to.
struct Shown<'a> {
    err: BTreeSet<&'a str>,
    ok: BTreeSet<&'a str>,
}

impl<'a> Shown<'a> {
    fn of(files: &'a [Utf8PathBuf]) -> Self {
        let below = |verdict| files.iter().filter_map(|path| code_of(path, verdict)).collect();
        Self { err: below("err"), ok: below("ok") }
    }
}

/// `port_taken` of `crates/fleet/tests/cases/err/port_taken/fleet.toml`.
fn code_of<'a>(path: &'a Utf8Path, verdict: &str) -> Option<&'a str> {
    let mut parts = path.components().map(|part| part.as_str()).skip_while(|part| *part != "cases").skip(1);
    let found = parts.next() == Some(verdict);
    // What follows the code is the case itself.
    parts.next().filter(|_| found && parts.next().is_some())
}

/// `crates/rampart/tests/cli/check.rs`.
fn is_test(path: &Utf8Path) -> bool {
    path.extension() == Some("rs") && path.components().nth(2).is_some_and(|part| part.as_str() == "tests")
}

/// Every rule has a case that it refuses and one that it accepts.
pub(super) fn rules(files: &[Utf8PathBuf]) -> Vec<Fault> {
    let shown = Shown::of(files);
    let is_code = |stem: &&str| Code::ALL.iter().any(|code| code.as_str() == *stem);
    let rules = files.iter().filter(|path| RULES.iter().any(|folder| path.starts_with(folder)));
    rules
        .filter_map(|path| Some((path, path.file_stem().filter(is_code)?)))
        .flat_map(|(path, code)| {
            let lacks =
                [("err", &shown.err), ("ok", &shown.ok)].into_iter().filter(|(_, has)| !has.contains(code));
            lacks.map(move |(verdict, _)| {
                let remedy = format!("add one in crates/*/tests/cases/{verdict}/{code}/");
                Fault::new(path.as_str(), format!("rule `{code}` has no `{verdict}` case"), remedy)
            })
        })
        .collect()
}

/// Every complaint is made by some case, or by a test where no file can make it (one over the size limit, say), and every
/// folder of cases is called like a complaint.
pub(super) fn complaints(files: &[Utf8PathBuf], texts: &[Text]) -> Vec<Fault> {
    let shown = Shown::of(files);
    let rust: Vec<&Text> = texts.iter().filter(|text| is_test(&text.path)).collect();
    let is_tested = |code: &str| rust.iter().any(|test| test.text.contains(&format!("\"{code}\"")));
    let known: BTreeSet<&str> = Code::ALL.iter().map(|code| code.as_str()).collect();
    let silent = known.difference(&shown.err).filter(|code| !is_tested(code)).map(|code| {
        Fault::new(
            *code,
            "no case makes this complaint",
            format!("add one in crates/*/tests/cases/err/{code}/"),
        )
    });
    let all: BTreeSet<&str> = shown.err.union(&shown.ok).copied().collect();
    let unknown = all.difference(&known).map(|code| {
        Fault::new(
            *code,
            "there is no such complaint",
            "rename the folder of its cases to a code of `rampart explain`",
        )
    });
    silent.chain(unknown).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULE: &str = "crates/fleet/src/rules/port_taken.rs";
    const ERR: &str = "crates/fleet/tests/cases/err/port_taken/a.toml";
    const OK: &str = "crates/fleet/tests/cases/ok/port_taken/a/fleet.toml";

    fn whats(check: impl Fn(&[Utf8PathBuf]) -> Vec<Fault>, files: &[&str]) -> Vec<String> {
        let files: Vec<Utf8PathBuf> = files.iter().map(Utf8PathBuf::from).collect();
        check(&files).into_iter().map(|fault| format!("{}: {}", fault.place, fault.what)).collect()
    }

    #[test]
    fn a_rule_without_a_case_is_found() {
        assert!(whats(rules, &[RULE, ERR, OK]).is_empty());
        assert_eq!(whats(rules, &[RULE, ERR]), [format!("{RULE}: rule `port_taken` has no `ok` case")]);
        assert_eq!(whats(rules, &[RULE, OK]), [format!("{RULE}: rule `port_taken` has no `err` case")]);
        assert!(whats(rules, &["crates/fleet/src/rules/blame.rs"]).is_empty());
    }

    #[test]
    fn a_complaint_that_nothing_shows_and_a_folder_of_no_complaint_are_found() {
        let text = |path: &str| Text { path: path.into(), text: "code == \"file_too_large\"".to_owned() };
        let texts = [text("crates/rampart/tests/cli/check.rs"), text("crates/diag/src/kind.rs")];
        let found =
            whats(|files| complaints(files, &texts), &[ERR, "crates/fleet/tests/cases/err/no_such/a.toml"]);
        assert!(found.contains(&"no_such: there is no such complaint".to_owned()), "{found:?}");
        assert!(found.contains(&"name_unknown: no case makes this complaint".to_owned()), "{found:?}");
        for shown in ["port_taken", "file_too_large"] {
            assert!(!found.iter().any(|fault| fault.starts_with(shown)), "{found:?}");
        }
        let found = whats(|files| complaints(files, &texts[1..]), &[ERR]);
        assert!(found.iter().any(|fault| fault.starts_with("file_too_large")), "{found:?}");
    }

    #[test]
    fn a_file_beside_the_folders_is_no_case() {
        assert_eq!(code_of("crates/x/tests/cases/err/README.md".into(), "err"), None);
    }
}
