//! Every row of the page of claims says what shows it, and what it names exists.

use std::collections::BTreeSet;

use camino::Utf8PathBuf;
use diag::Code;

use super::{
    fault::Fault,
    files::{CLAIMS, Text},
};

/// What a row may say of a promise.
const VERDICTS: [&str; 3] = ["true", "bounded", "false"];
/// Folders whose paths the page names.
const FOLDERS: [&str; 6] = ["crates/", "docs/", "hosts/", "modules/", "templates/", "tests/"];

/// Faults of the page.
pub(super) fn check(files: &[Utf8PathBuf], texts: &[Text]) -> Vec<Fault> {
    let Some(page) = texts.iter().find(|text| text.path == CLAIMS) else {
        return vec![Fault::new(CLAIMS, "it is not there", "every promise stands on it")];
    };
    let known = Known { files, texts };
    let lines = page.text.lines().enumerate();
    lines.flat_map(|(number, line)| row(&format!("{CLAIMS}:{}", number + 1), line, &known)).collect()
}

/// Faults of one line; a line that is no row has none.
fn row(place: &str, line: &str, known: &Known<'_>) -> Vec<Fault> {
    let Some(inner) = line.strip_prefix("| ").and_then(|line| line.strip_suffix(" |")) else {
        return Vec::new();
    };
    let cells: Vec<&str> = inner.split('|').map(str::trim).collect();
    let [promise, verdict, _, shown] = cells[..] else {
        return vec![Fault::new(place, "not four cells", "promise, verdict, what holds, what shows it")];
    };
    if promise == "promise" {
        return Vec::new();
    }
    let mut faults = Vec::new();
    if !VERDICTS.contains(&verdict) {
        faults.push(Fault::new(place, format!("`{verdict}` is no verdict"), VERDICTS.join(", ")));
    }
    if shown.is_empty() {
        faults.push(Fault::new(place, "nothing shows it", "name a test, or say \"not yet\""));
    }
    let unknown = spans(line).filter(|name| !known.has(name)).map(|name| {
        Fault::new(
            place,
            format!("names `{name}`, which is not there"),
            "a story, a rule, a test function, a crate or a path",
        )
    });
    faults.extend(unknown);
    faults
}

/// What stands between backquotes.
fn spans(line: &str) -> impl Iterator<Item = &str> {
    line.split('`').skip(1).step_by(2)
}

/// What there is.
struct Known<'a> {
    files: &'a [Utf8PathBuf],
    texts: &'a [Text],
}

impl Known<'_> {
    /// Whether a name is one of something, or of a kind that is not looked up: a command, an option, a variable.
    fn has(&self, name: &str) -> bool {
        if FOLDERS.iter().any(|folder| name.starts_with(folder)) {
            return self.files.iter().any(|path| path.starts_with(name));
        }
        if name.contains('_')
            && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
        {
            return Self::is_rule(name) || self.is_test(name);
        }
        if name.chars().all(|c| c.is_ascii_lowercase() || c == '-') {
            return self.is_story(name) || self.is_crate(name);
        }
        true
    }

    fn is_rule(name: &str) -> bool {
        let codes: BTreeSet<&str> = Code::ALL.iter().map(|code| code.as_str()).collect();
        codes.contains(name)
    }

    fn is_test(&self, name: &str) -> bool {
        let function = format!("fn {name}(");
        let rust = |text: &&Text| text.path.extension() == Some("rs");
        self.texts.iter().filter(rust).any(|text| text.text.contains(&function))
    }

    fn is_story(&self, name: &str) -> bool {
        self.files.iter().any(|path| path.starts_with(format!("tests/vm/{name}")))
    }

    fn is_crate(&self, name: &str) -> bool {
        self.files.iter().any(|path| path.starts_with(format!("crates/{name}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whats(row: &str) -> Vec<String> {
        let files: Vec<Utf8PathBuf> =
            ["tests/vm/call-goes-on/default.nix", "crates/steering/src/lib.rs", "tests/eval/x.nix"]
                .map(Utf8PathBuf::from)
                .into();
        let text = |path: &str, text: &str| Text { path: path.into(), text: text.to_owned() };
        let page = format!("| promise | | what holds | shown by |\n|---|---|---|---|\n{row}\n");
        let texts = [text(CLAIMS, &page), text("crates/a/tests/b.rs", "fn an_edge_stands_in() {}")];
        check(&files, &texts).into_iter().map(|fault| fault.what).collect()
    }

    #[test]
    fn a_row_names_what_exists() {
        assert!(whats("| a | true | | story `call-goes-on`, the crate `steering` |").is_empty());
        assert!(
            whats("| a | bounded | x | rule `port_taken`; `an_edge_stands_in`; `tests/eval/x.nix` |")
                .is_empty()
        );
        assert!(
            whats("| a | false | | `cargo xtask bench`, `RAMPART_X`, cases `edits/…`: not yet |").is_empty()
        );
    }

    #[test]
    fn a_row_without_a_proof_or_with_one_that_is_not_there_is_found() {
        assert_eq!(whats("| a | true | x | |"), ["nothing shows it"]);
        assert_eq!(whats("| a | sure | x | not yet |"), ["`sure` is no verdict"]);
        assert_eq!(whats("| a | true | x |"), ["not four cells"]);
        for name in ["call-goes-off", "port_takes", "tests/eval/y.nix", "tests/eval/x.ni", "steer"] {
            let found = whats(&format!("| a | true | x | `{name}` |"));
            assert_eq!(found, [format!("names `{name}`, which is not there")]);
        }
    }
}
