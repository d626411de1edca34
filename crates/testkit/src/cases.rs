//! Finds cases, runs them, compares and, when asked, rewrites what is expected.

use std::{
    env, fmt, io,
    path::{Path, PathBuf},
};

use similar::TextDiff;

use crate::tree::{self, Tree};

const UPDATE: &str = "UPDATE_EXPECT";
const EXPECTED: &str = "expected.txt";
/// How a case of one file ends, and what its file stands for.
const SINGLE: [(&str, &str); 2] = [(".toml", "fleet.toml"), (".order", "order")];

/// The folder that a case stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// Must not print the code of its folder.
    Ok,
    /// Must print the code of its folder.
    Err,
}

/// One case.
#[derive(Debug, Clone)]
pub struct Case {
    /// Whether it stands under `ok` or `err`.
    pub verdict: Verdict,
    /// The complaint it is about: the name of its folder.
    pub code: String,
    /// Its own name.
    pub name: String,
    /// Its files; a case of one file has only `fleet.toml`.
    pub inputs: Tree,
    expected: PathBuf,
}

impl Case {
    fn read(verdict: Verdict, code: &str, name: &str, path: &Path) -> io::Result<Option<Self>> {
        let (name, mut inputs, expected) = if path.is_dir() {
            (name, tree::read(path)?, path.join(EXPECTED))
        } else if let Some((name, input)) = single(name) {
            let inputs = Tree::from([(input.to_owned(), fs_err::read(path)?)]);
            (name, inputs, path.with_extension(EXPECTED))
        } else {
            return Ok(None);
        };
        inputs.remove(EXPECTED);
        Ok(Some(Self { verdict, code: code.to_owned(), name: name.to_owned(), inputs, expected }))
    }

    /// What is wrong with `output`, if anything.
    fn judge(&self, output: &str, update: bool) -> io::Result<Option<String>> {
        let says_code = output.contains(&format!("[{}]", self.code));
        if says_code != (self.verdict == Verdict::Err) {
            let must = if says_code { "must not" } else { "must" };
            return Ok(Some(format!("the output {must} contain `[{}]`; it is:\n{output}", self.code)));
        }
        let exists = self.expected.exists();
        let expected = if exists { fs_err::read_to_string(&self.expected)? } else { String::new() };
        if expected == output {
            return Ok(None);
        }
        if !update {
            let diff = TextDiff::from_lines(expected.as_str(), output);
            return Ok(Some(diff.unified_diff().header(EXPECTED, "now").to_string()));
        }
        if output.is_empty() {
            fs_err::remove_file(&self.expected)
        } else {
            fs_err::write(&self.expected, output)
        }?;
        Ok(None)
    }
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verdict = if self.verdict == Verdict::Ok { "ok" } else { "err" };
        write!(f, "{verdict}/{}/{}", self.code, self.name)
    }
}

/// Name and input of a case of one file.
fn single(file: &str) -> Option<(&str, &'static str)> {
    SINGLE.iter().find_map(|(ending, input)| Some((file.strip_suffix(ending)?, *input)))
}

/// All cases under one folder.
#[derive(Debug)]
pub struct Cases {
    root: PathBuf,
    update: bool,
}

impl Cases {
    /// The cases in `root/ok` and `root/err`; `UPDATE_EXPECT=1` in the environment rewrites their expected output.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into(), update: env::var_os(UPDATE).is_some_and(|value| value == "1") }
    }

    /// Every case, sorted.
    pub fn list(&self) -> io::Result<Vec<Case>> {
        let mut cases = Vec::new();
        for (verdict, folder) in [(Verdict::Ok, "ok"), (Verdict::Err, "err")] {
            let folder = self.root.join(folder);
            if !folder.is_dir() {
                continue;
            }
            for (code, folder) in tree::entries(&folder)? {
                for (name, path) in tree::entries(&folder)? {
                    cases.extend(Case::read(verdict, &code, &name, &path)?);
                }
            }
        }
        Ok(cases)
    }

    /// Runs every case and reports all that differ. No case at all is a failure too: a moved folder must not pass.
    pub fn check(&self, run: impl Fn(&Case) -> String) -> Result<(), Failure> {
        let cases = self.list()?;
        if cases.is_empty() {
            return Err(Failure(format!("no case in {}", self.root.display())));
        }
        let mut wrong = Vec::new();
        for case in &cases {
            wrong.extend(case.judge(&run(case), self.update)?.map(|problem| format!("{case}\n{problem}")));
        }
        if wrong.is_empty() { Ok(()) } else { Err(self.failure(&wrong, cases.len())) }
    }

    fn failure(&self, wrong: &[String], all: usize) -> Failure {
        let package = env::var("CARGO_PKG_NAME").map(|name| format!(" -p {name}")).unwrap_or_default();
        Failure(format!(
            "{} of {all} cases in {} are wrong\n\n{}\n\nIf this is what you want: {UPDATE}=1 cargo test{package}\n",
            wrong.len(),
            self.root.display(),
            wrong.join("\n\n"),
        ))
    }
}

/// Which cases are wrong, as text for people. `Debug` prints it too, because that is what a test returning it shows.
pub struct Failure(String);

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Failure {}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self(error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::TempFleet;

    fn folder() -> TempFleet {
        [
            ("err/port_taken/twice.toml", "port = 1\n"),
            ("err/port_taken/folder/fleet.toml", "port = 2\n"),
            ("err/port_taken/folder/hosts/a/host.toml", "\n"),
            ("err/port_taken/folder/expected.txt", "error[port_taken]: port = 2\n"),
            ("ok/port_taken/free.toml", ""),
        ]
        .into_iter()
        .fold(TempFleet::new().unwrap(), |folder, (name, text)| folder.with(name, text).unwrap())
    }

    fn say(case: &Case) -> String {
        match String::from_utf8_lossy(&case.inputs["fleet.toml"]).as_ref() {
            "" => String::new(),
            text => format!("error[port_taken]: {text}"),
        }
    }

    fn cases(folder: &TempFleet, update: bool) -> Cases {
        Cases { root: folder.path().to_owned(), update }
    }

    #[test]
    fn folders_and_files_are_listed() {
        let cases = cases(&folder(), false).list().unwrap();
        let names: Vec<_> = cases.iter().map(ToString::to_string).collect();
        assert_eq!(names, ["ok/port_taken/free", "err/port_taken/folder", "err/port_taken/twice"]);
        let inputs: Vec<_> = cases[1].inputs.keys().collect();
        assert_eq!(inputs, ["fleet.toml", "hosts/a/host.toml"]);
    }

    #[test]
    fn a_difference_is_shown_and_can_be_accepted() {
        let folder = folder();
        let failure = cases(&folder, false).check(say).unwrap_err().to_string();
        assert!(failure.starts_with("1 of 3 cases"), "{failure}");
        assert!(failure.contains("err/port_taken/twice\n--- expected.txt\n+++ now\n"), "{failure}");
        assert!(failure.contains("+error[port_taken]: port = 1\n"), "{failure}");
        assert!(failure.contains("UPDATE_EXPECT=1 cargo test -p testkit"), "{failure}");

        cases(&folder, true).check(say).unwrap();
        cases(&folder, false).check(say).unwrap();
        let expected = folder.read("err/port_taken/twice.expected.txt").unwrap();
        assert_eq!(expected, "error[port_taken]: port = 1\n");
    }

    /// Accepting must never turn a case into its opposite.
    #[test]
    fn the_folder_decides_whether_the_code_is_printed() {
        let folder = folder();
        let silent = cases(&folder, true).check(|_| String::new()).unwrap_err().to_string();
        assert!(silent.contains("the output must contain `[port_taken]`"), "{silent}");
        let noisy = cases(&folder, true).check(|_| "error[port_taken]".into()).unwrap_err().to_string();
        assert!(noisy.contains("the output must not contain `[port_taken]`"), "{noisy}");
    }

    #[test]
    fn an_empty_folder_fails() {
        let failure = cases(&TempFleet::new().unwrap(), false).check(say).unwrap_err();
        assert!(format!("{failure:?}").starts_with("no case in "));
    }
}
