//! All complaints of one run.

use std::collections::{BTreeMap, btree_map::Entry};

use serde_json::{Value, json};

use crate::{Code, Kind, Place, Severity, Sources};

/// One complaint about one place.
#[derive(Debug, Clone, PartialEq)]
pub struct Diagnostic {
    /// What is wrong.
    pub kind: Kind,
    /// Where in the user's text, if anywhere.
    pub place: Option<Place>,
    /// The host it is about, if one.
    pub host: Option<String>,
    /// Other places that belong to it, each with a short label.
    pub also: Vec<(Place, String)>,
}

impl Diagnostic {
    /// A complaint without place and host.
    pub fn new(kind: Kind) -> Self {
        Self { kind, place: None, host: None, also: Vec::new() }
    }

    /// Points to `place`; `None` leaves it as it is, so that a look-up can be passed on.
    #[must_use]
    pub fn at(mut self, place: impl Into<Option<Place>>) -> Self {
        self.place = place.into().or(self.place);
        self
    }

    /// Names the host it is about.
    #[must_use]
    pub fn on(mut self, host: impl Into<String>) -> Self {
        self.host = Some(host.into());
        self
    }

    /// Adds another place with a short label; `None` adds nothing.
    #[must_use]
    pub fn also(mut self, place: impl Into<Option<Place>>, label: impl Into<String>) -> Self {
        self.also.extend(place.into().map(|place| (place, label.into())));
        self
    }

    /// How bad it is.
    pub fn severity(&self) -> Severity {
        self.kind.severity()
    }

    fn to_json(&self, sources: &Sources) -> Value {
        let position = self.place.as_ref().and_then(|place| sources.position(place));
        json!({
            "code": self.kind.code().as_str(),
            "severity": self.severity().as_str(),
            "message": self.kind.message(),
            "help": self.kind.help(),
            "file": self.place.as_ref().and_then(|place| sources.name(place.file)),
            "line": position.map(|position| position.line),
            "column": position.map(|position| position.column),
            "host": self.host,
        })
    }
}

impl From<Kind> for Diagnostic {
    fn from(kind: Kind) -> Self {
        Self::new(kind)
    }
}

/// Complaints in the order of the user's text, none twice; those without a place come last.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Report {
    diagnostics: BTreeMap<Key, Diagnostic>,
}

/// All that a reader can tell two complaints apart by, in the order of sorting.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    file: usize,
    start: usize,
    end: usize,
    code: Code,
    host: Option<String>,
    message: String,
    help: String,
}

impl Key {
    fn of(diagnostic: &Diagnostic) -> Self {
        let nowhere = (usize::MAX, usize::MAX, usize::MAX);
        let place = diagnostic.place.as_ref();
        let (file, start, end) =
            place.map_or(nowhere, |place| (place.file, place.span.start, place.span.end));
        Self {
            file,
            start,
            end,
            code: diagnostic.kind.code(),
            host: diagnostic.host.clone(),
            message: diagnostic.kind.message(),
            help: diagnostic.kind.help(),
        }
    }
}

impl Report {
    /// No complaints.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a complaint. One that is there already only brings its further places along.
    pub fn push(&mut self, diagnostic: impl Into<Diagnostic>) {
        let diagnostic = diagnostic.into();
        match self.diagnostics.entry(Key::of(&diagnostic)) {
            Entry::Vacant(entry) => {
                entry.insert(diagnostic);
            }
            Entry::Occupied(mut entry) => {
                let known = &mut entry.get_mut().also;
                let news =
                    diagnostic.also.into_iter().filter(|other| !known.contains(other)).collect::<Vec<_>>();
                known.extend(news);
            }
        }
    }

    /// The complaints in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &Diagnostic> {
        self.diagnostics.values()
    }

    /// How many complaints there are.
    pub fn len(&self) -> usize {
        self.diagnostics.len()
    }

    /// Nothing to complain about.
    pub fn is_empty(&self) -> bool {
        self.diagnostics.is_empty()
    }

    /// Number of errors.
    pub fn errors(&self) -> usize {
        self.count(Severity::Error)
    }

    /// Number of warnings.
    pub fn warnings(&self) -> usize {
        self.count(Severity::Warning)
    }

    fn count(&self, severity: Severity) -> usize {
        self.iter().filter(|diagnostic| diagnostic.severity() == severity).count()
    }

    /// Whether the run failed; `deny_warnings` makes warnings count too.
    pub fn has_errors(&self, deny_warnings: bool) -> bool {
        self.errors() > 0 || (deny_warnings && self.warnings() > 0)
    }

    /// The counts in words: `2 errors, 1 warning`.
    pub fn tally(&self) -> String {
        let words = |count: usize, word: &str| match count {
            0 => None,
            1 => Some(format!("1 {word}")),
            _ => Some(format!("{count} {word}s")),
        };
        let parts: Vec<_> = [words(self.errors(), "error"), words(self.warnings(), "warning")]
            .into_iter()
            .flatten()
            .collect();
        if parts.is_empty() { "no complaints".to_owned() } else { parts.join(", ") }
    }

    /// The report for machines. Members without a value are `null`.
    pub fn to_json(&self, sources: &Sources) -> Value {
        json!({
            "diagnostics": self.iter().map(|diagnostic| diagnostic.to_json(sources)).collect::<Vec<_>>(),
            "summary": { "errors": self.errors(), "warnings": self.warnings() },
        })
    }
}

impl<D: Into<Diagnostic>> Extend<D> for Report {
    fn extend<I: IntoIterator<Item = D>>(&mut self, diagnostics: I) {
        diagnostics.into_iter().for_each(|diagnostic| self.push(diagnostic));
    }
}

impl<D: Into<Diagnostic>> FromIterator<D> for Report {
    fn from_iter<I: IntoIterator<Item = D>>(diagnostics: I) -> Self {
        let mut report = Self::new();
        report.extend(diagnostics);
        report
    }
}

impl IntoIterator for Report {
    type Item = Diagnostic;
    type IntoIter = std::vec::IntoIter<Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.diagnostics.into_values().collect::<Vec<_>>().into_iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unknown(key: &str) -> Diagnostic {
        Diagnostic::new(Kind::KeyUnknown { key: key.into(), did_you_mean: None })
    }

    fn no_edge() -> Diagnostic {
        Diagnostic::new(Kind::RegionWithoutEdge { region: "tyo".into() })
    }

    fn keys(report: &Report) -> Vec<String> {
        report.iter().map(|diagnostic| diagnostic.kind.message()).collect()
    }

    #[test]
    fn order_is_file_offset_code_and_nowhere_comes_last() {
        let mut report = Report::new();
        report.push(unknown("nowhere"));
        report.push(unknown("second file").at(Place::new(1, 0..1)));
        report.push(no_edge().at(Place::new(0, 9..10)));
        report.push(unknown("late").at(Place::new(0, 9..10)));
        report.push(unknown("early").at(Place::new(0, 2..3)));
        let expected = ["early", "late"].map(|key| format!("there is no option `{key}` here"));
        assert_eq!(keys(&report)[..2], expected);
        assert_eq!(report.iter().nth(2).unwrap().kind.code(), Code::RegionWithoutEdge);
        assert_eq!(report.iter().last().unwrap().place, None);
    }

    #[test]
    fn the_same_complaint_is_kept_once_with_all_its_places() {
        let here = || unknown("a").at(Place::new(0, 0..1));
        let mut report = Report::new();
        report.push(here().also(Place::new(0, 5..6), "first"));
        report.push(here().also(Place::new(0, 5..6), "first"));
        report.push(here().also(Place::new(0, 8..9), "second"));
        report.push(here().on("edge-lon"));
        assert_eq!(report.len(), 2, "another host is another complaint");
        assert_eq!(report.iter().next().unwrap().also.len(), 2);
    }

    #[test]
    fn warnings_fail_only_when_denied() {
        let clean = Report::new();
        assert!(!clean.has_errors(true) && clean.is_empty());
        assert_eq!(clean.tally(), "no complaints");

        let warned: Report = [no_edge()].into_iter().collect();
        assert!(!warned.has_errors(false) && warned.has_errors(true));
        assert_eq!(warned.tally(), "1 warning");

        let mut failed: Report = warned.into_iter().collect();
        failed.extend([unknown("a"), unknown("b")]);
        assert!(failed.has_errors(false));
        assert_eq!(failed.tally(), "2 errors, 1 warning");
    }

    #[test]
    fn a_missing_place_leaves_the_old_one() {
        let place = Place::new(0, 1..2);
        let diagnostic = unknown("a").at(place.clone()).at(None).also(None, "nothing");
        assert_eq!((diagnostic.place, diagnostic.also.len()), (Some(place), 0));
    }

    #[test]
    fn json_has_the_agreed_members_in_order() {
        let mut sources = Sources::new();
        let file = sources.add("hosts/fleet.toml", "[fleet]\nZü = 1\n");
        let mut report = Report::new();
        report.push(no_edge());
        let misspelt = Kind::KeyUnknown { key: "nmae".into(), did_you_mean: Some("name".into()) };
        report.push(Diagnostic::new(misspelt).at(Place::new(file, 11..14)).on("gw-fra"));
        report.push(unknown("x").at(Place::new(9, 0..1)));
        insta::assert_json_snapshot!(report.to_json(&sources), @r#"
        {
          "diagnostics": [
            {
              "code": "key_unknown",
              "severity": "error",
              "message": "there is no option `nmae` here",
              "help": "did you mean `name`?",
              "file": "hosts/fleet.toml",
              "line": 2,
              "column": 3,
              "host": "gw-fra"
            },
            {
              "code": "key_unknown",
              "severity": "error",
              "message": "there is no option `x` here",
              "help": "remove it; `rampart options` lists every option",
              "file": null,
              "line": null,
              "column": null,
              "host": null
            },
            {
              "code": "region_without_edge",
              "severity": "warning",
              "message": "the region `tyo` has no edge host",
              "help": "add an edge with `region = \"tyo\"`, or remove the region",
              "file": null,
              "line": null,
              "column": null,
              "host": null
            }
          ],
          "summary": {
            "errors": 2,
            "warnings": 1
          }
        }
        "#);
    }
}
