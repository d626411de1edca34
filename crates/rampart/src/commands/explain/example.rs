//! A bad example of a complaint, and the complaint as `check` would print it.

mod session;

use std::collections::BTreeMap;

use diag::{Code, Report, Sources, pretty};
use fleet::rules;
use manifest::{Files, Input};
use render::local;

/// What goes with an example that is not the manifest itself.
const BESIDE: &str = include_str!("../../../../fleet/tests/cases/err/key_duplicated/lan/fleet.toml");

/// The manifest beside the list of ports that have run out.
const CROWDED: &str = include_str!("../../../../fleet/tests/cases/err/ports_exhausted/fleet/fleet.toml");

/// Something that a complaint is about.
pub(super) struct Example {
    code: Code,
    /// What it is.
    pub(super) form: Form,
    /// Its text.
    pub(super) text: &'static str,
}

/// What an example is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// A file of the fleet's folder.
    File(&'static str),
    /// What a rendered host must not have, as a JSON merge patch (RFC 7386) of a good one.
    Host,
    /// Commands that lead there.
    Session,
}

impl Form {
    /// What programs are told.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::File(name) => name,
            Self::Host => "host.json",
            Self::Session => "sh",
        }
    }
}

impl Example {
    /// The example of `code`. Every code has one; a test says so.
    pub(super) fn of(code: Code) -> Option<Self> {
        let of_fleet = || rules::example(code).map(|text| (Form::File(file(code)), text));
        let of_host =
            || local::ALL.iter().find(|rule| rule.code == code).map(|rule| (Form::Host, rule.example));
        let of_session = || session::of(code).map(|text| (Form::Session, text));
        let (form, text) = of_fleet().or_else(of_host).or_else(of_session)?;
        Some(Self { code, form, text })
    }

    /// The example for people; of a file, the complaint that points into it.
    pub(super) fn shown(&self, style: pretty::Style) -> String {
        match self.form {
            Form::File(_) => self.complaint(style),
            Form::Host => patch(self.text),
            Form::Session => self.text.lines().map(|line| format!("$ {line}")).collect::<Vec<_>>().join("\n"),
        }
    }

    fn complaint(&self, style: pretty::Style) -> String {
        let (report, sources) = self.run();
        let found = report.iter().find(|complaint| complaint.kind.code() == self.code);
        found.map(|complaint| pretty::render_one(complaint, &sources, style)).unwrap_or_default()
    }

    fn run(&self) -> (Report, Sources) {
        let parsed = manifest::parse(self.files());
        let (mut report, sources) = (parsed.report, parsed.sources);
        let (resolved, complaints) = fleet::resolve(parsed.written);
        report.extend(complaints);
        if let Some(resolved) = resolved {
            report.extend(fleet::check(resolved).1);
        }
        (report, sources)
    }

    fn files(&self) -> Files {
        let input = |name: &str, text: &str| Input { name: name.to_owned(), bytes: text.into() };
        let own = input(file(self.code), self.text);
        let beside = Files { fleet: input("fleet.toml", BESIDE), ..Files::default() };
        match self.code {
            Code::AllocationConflict => Files { allocations: Some(own), ..beside },
            Code::PortsExhausted => {
                Files { allocations: Some(own), fleet: input("fleet.toml", CROWDED), ..Files::default() }
            }
            Code::RecordInvalid => Files { keys: Some(own), ..beside },
            Code::KeyDuplicated => Files { hosts: BTreeMap::from([("core".to_owned(), own)]), ..beside },
            _ => Files { fleet: own, ..Files::default() },
        }
    }
}

/// The file that an example of the fleet's folder is.
fn file(code: Code) -> &'static str {
    match code {
        Code::AllocationConflict | Code::PortsExhausted => "allocations.json",
        Code::RecordInvalid => "keys.json",
        Code::KeyDuplicated => "core/host.toml",
        _ => "fleet.toml",
    }
}

/// What a host has and must not have.
fn patch(text: &str) -> String {
    let lead = if text.contains("null") {
        "A host with this, and without what is null here:"
    } else {
        "A host with this:"
    };
    format!("{lead}\n\n{}", text.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_complaint_says_why_shows_an_example_and_helps() {
        for code in Code::ALL {
            let example = Example::of(*code).unwrap_or_else(|| panic!("{code} has no example"));
            let parts = [code.reason(), example.shown(pretty::Style::default()), code.help()];
            assert!(parts.iter().all(|part| !part.trim().is_empty()), "{code}: {parts:?}");
        }
    }

    #[test]
    fn every_example_of_a_file_brings_its_complaint() {
        for code in Code::ALL {
            let example = Example::of(*code).unwrap();
            if matches!(example.form, Form::File(_)) {
                assert!(example.shown(pretty::Style::default()).contains(&format!("[{code}]")), "{code}");
            }
        }
    }

    #[test]
    fn no_complaint_has_two_examples() {
        for code in Code::ALL {
            let of_host = local::ALL.iter().filter(|rule| rule.code == *code).count();
            let all = usize::from(rules::example(*code).is_some())
                + of_host
                + usize::from(session::of(*code).is_some());
            assert_eq!(all, 1, "{code}");
        }
    }
}
