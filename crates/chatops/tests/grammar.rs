//! Every order of `tests/grammar` says what stands beside it: the command, or the complaint.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::{collections::BTreeSet, io};

use chatops::grammar::{COMMANDS, Complaint, parse};
use fs_err as fs;
use testkit::{Cases, Failure};

const CASES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/grammar");

#[test]
fn each_order_says_what_is_expected() -> Result<(), Failure> {
    Cases::new(CASES).check(|case| shown(&String::from_utf8_lossy(&case.inputs["order"])))
}

fn shown(line: &str) -> String {
    match parse(line) {
        Ok(command) => serde_json::to_string(&command).unwrap() + "\n",
        Err(complaint) => {
            let meant = complaint.meant().map(|meant| format!("did you mean: {meant}\n"));
            let topic = complaint.topic().map(|topic| format!("help: {topic}\n"));
            let [meant, topic] = [meant, topic].map(Option::unwrap_or_default);
            format!("error[{}]: {}\n{meant}{topic}", complaint.code(), complaint.message())
        }
    }
}

/// A complaint without a case may be one that nobody makes, and each has a neighbour that is fine.
#[test]
fn each_complaint_has_cases_on_both_sides() -> io::Result<()> {
    let names = |verdict: &str| -> io::Result<BTreeSet<String>> {
        fs::read_dir(format!("{CASES}/{verdict}"))?
            .map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()))
            .collect()
    };
    let (name, command) = (String::new, "token show");
    let all = [
        Complaint::SeveralLines,
        Complaint::TooLong,
        Complaint::QuoteOpen,
        Complaint::CommandUnknown { word: name(), meant: None },
        Complaint::VerbMissing { noun: command },
        Complaint::VerbUnknown { noun: command, word: name(), meant: None },
        Complaint::OptionUnknown { command, word: name(), meant: None },
        Complaint::OptionTwice { command, option: "" },
        Complaint::ValueMissing { command, option: "" },
        Complaint::ValueSurplus { command, option: "" },
        Complaint::ValueInvalid { command, of: "", form: "" },
        Complaint::ArgumentMissing { command, argument: "" },
        Complaint::ArgumentSurplus { command },
        Complaint::TooMany { command, most: 0 },
        Complaint::ArgumentTwice { command },
    ];
    let codes: BTreeSet<String> = all.iter().map(|complaint| complaint.code().to_owned()).collect();
    assert_eq!((names("err")?, names("ok")?), (codes.clone(), codes));
    Ok(())
}

/// What the help shows is what the parser takes.
#[test]
fn each_example_is_an_order_of_its_command() {
    for row in COMMANDS {
        let command = parse(row.example).unwrap_or_else(|complaint| panic!("{}: {complaint:?}", row.example));
        assert_eq!(command.name(), row.name);
    }
}

#[test]
fn each_alias_is_another_word_for_one_command() {
    for row in COMMANDS {
        for alias in row.aliases {
            let (first, rest) = row.example.split_at(row.name.len());
            let name = match first.rsplit_once(' ') {
                Some((noun, _)) => format!("{noun} {alias}"),
                None => (*alias).to_owned(),
            };
            assert_eq!(parse(&format!("{name}{rest}")).map(|command| command.name()), Ok(row.name), "{name}");
        }
    }
}
