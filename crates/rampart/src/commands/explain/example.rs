//! A manifest that a complaint is about, and the complaint itself as `check` would print it.

use diag::{Code, Report, Sources, pretty};
use fleet::rules;
use manifest::{Files, Input};

/// Complaints of the stages before the rules, each with one of the cases that test it.
const STAGES: [(Code, &str); 8] = [
    (Code::SyntaxInvalid, include_str!("../../../../fleet/tests/cases/err/syntax_invalid/fleet.toml")),
    (Code::KeyUnknown, include_str!("../../../../fleet/tests/cases/err/key_unknown/fleet.toml")),
    (Code::ValueInvalid, include_str!("../../../../fleet/tests/cases/err/value_invalid/fleet.toml")),
    (Code::OptionMissing, include_str!("../../../../fleet/tests/cases/err/option_missing/fleet.toml")),
    (Code::NameUnknown, include_str!("../../../../fleet/tests/cases/err/name_unknown/fleet.toml")),
    (Code::RoleMissing, include_str!("../../../../fleet/tests/cases/err/role_missing/fleet.toml")),
    (Code::RoleDuplicated, include_str!("../../../../fleet/tests/cases/err/role_duplicated/fleet.toml")),
    (Code::RegionUnknown, include_str!("../../../../fleet/tests/cases/err/region_unknown/fleet.toml")),
];

/// A manifest that a complaint is about.
pub(super) struct Example {
    code: Code,
    /// Its text.
    pub(super) text: &'static str,
}

impl Example {
    /// The example of `code`. Complaints about other files than the manifest have none.
    pub(super) fn of(code: Code) -> Option<Self> {
        let of_rules = rules::ALL.iter().map(|rule| (rule.code, rule.example));
        let (code, text) = STAGES.into_iter().chain(of_rules).find(|(of, _)| *of == code)?;
        Some(Self { code, text })
    }

    /// The complaint about it, unless it takes more than the manifest to get it.
    pub(super) fn complaint(&self, style: pretty::Style) -> Option<String> {
        let (report, sources) = self.run();
        let mut complaints = report.iter();
        let complaint = complaints.find(|complaint| complaint.kind.code() == self.code)?;
        Some(pretty::render_one(complaint, &sources, style))
    }

    fn run(&self) -> (Report, Sources) {
        let fleet = Input { name: "fleet.toml".to_owned(), bytes: self.text.into() };
        let parsed = manifest::parse(Files { fleet, ..Files::default() });
        let (mut report, sources) = (parsed.report, parsed.sources);
        let (resolved, complaints) = fleet::resolve(parsed.written);
        report.extend(complaints);
        if let Some(resolved) = resolved {
            report.extend(fleet::check(resolved).1);
        }
        (report, sources)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Complaints that need a second file beside the manifest.
    const OF_TWO_FILES: [Code; 1] = [Code::AllocationConflict];

    #[test]
    fn every_example_brings_its_complaint() {
        let rules = rules::ALL.iter().map(|rule| rule.code);
        for code in STAGES.map(|(code, _)| code).into_iter().chain(rules) {
            let example = Example::of(code).unwrap();
            let complaint = example.complaint(pretty::Style::default());
            assert_eq!(complaint.is_none(), OF_TWO_FILES.contains(&code), "{code}");
        }
    }
}
