//! The command as its users meet it: a real binary in a scratch folder.

#![expect(clippy::unwrap_used, clippy::panic, reason = "clippy.toml excepts tests, but not what they share")]

mod check;
mod edge;
mod explain;
mod formats;
mod guide;
mod help;
mod init;
mod render;
mod secrets;
mod show;
mod terminal;

use std::path::Path;

use assert_cmd::Command;
use testkit::TempFleet;

/// The repository's example fleet.
const EXAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../hosts");

/// The command, run in `folder`, without what the environment of the tests may say about colours.
fn rampart(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rampart"));
    command.current_dir(folder);
    for variable in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "GIT_DIR", "GIT_WORK_TREE"] {
        command.env_remove(variable);
    }
    command
}

/// What a run gave.
struct Run {
    code: i32,
    out: String,
    err: String,
}

impl Run {
    /// Both streams and the exit code, as one text for snapshots.
    fn all(&self) -> String {
        format!("{}--- stderr\n{}--- exit {}\n", self.out, self.err, self.code)
    }
}

/// Runs the command with these words.
fn run(folder: &TempFleet, words: &str) -> Run {
    let output = rampart(folder.path()).args(words.split_whitespace()).output().unwrap();
    Run {
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

/// A folder with `hosts/fleet.toml` as `init --with` writes it.
fn fleet(with: &str) -> TempFleet {
    let folder = TempFleet::new().unwrap();
    let option = if with.is_empty() { String::new() } else { format!(" --with {with}") };
    let made = run(&folder, &format!("init{option}"));
    assert_eq!(made.code, 0, "{}", made.all());
    folder
}

/// The same with one text replaced by another.
fn changed(folder: TempFleet, from: &str, to: &str) -> TempFleet {
    let text = folder.read("hosts/fleet.toml").unwrap();
    assert!(text.contains(from), "`{from}` is not in the fleet");
    folder.with("hosts/fleet.toml", text.replacen(from, to, 1)).unwrap()
}

/// Every line fits a terminal of 80 columns.
fn assert_narrow(text: &str) {
    for line in text.lines() {
        assert!(line.chars().count() <= 80, "over 80 columns: {line}");
    }
}
