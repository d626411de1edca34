//! The report for people: like rustc, with carets under the user's own text.

use std::collections::BTreeMap;

use annotate_snippets::{
    Annotation, AnnotationKind, Group, Level, Origin, Renderer, Snippet, normalize_untrusted_str,
};

use crate::{Diagnostic, Place, Report, Severity, Sources};

/// How to draw a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Style {
    /// Columns of the terminal.
    pub width: usize,
    /// Whether to send ANSI colours.
    pub colour: bool,
}

impl Default for Style {
    fn default() -> Self {
        Self { width: 80, colour: false }
    }
}

/// All complaints, an empty line between them; empty when there are none.
pub fn render(report: &Report, sources: &Sources, style: Style) -> String {
    let blocks: Vec<_> = report.iter().map(|diagnostic| render_one(diagnostic, sources, style)).collect();
    let end = if blocks.is_empty() { "" } else { "\n" };
    blocks.join("\n\n") + end
}

/// One complaint, without a line break at the end.
pub fn render_one(diagnostic: &Diagnostic, sources: &Sources, style: Style) -> String {
    let (level, code) = (level(diagnostic.severity()), diagnostic.kind.code());
    let before_title = format!("{}[{code}]: ", code.severity()).len();
    let title = wrap(&diagnostic.kind.message(), style.width.saturating_sub(before_title));
    let help = wrap(&diagnostic.kind.help(), style.width.saturating_sub("help: ".len()));
    let advice = Group::with_title(Level::HELP.secondary_title(help));
    let problem = Group::with_title(level.primary_title(title).id(code.as_str()));
    let snippets = snippets(diagnostic, sources);
    let renderer = if style.colour { Renderer::styled() } else { Renderer::plain() };
    let renderer = renderer.term_width(style.width);
    match &diagnostic.host {
        _ if !snippets.is_empty() => renderer.render(&[problem.elements(snippets), advice]),
        Some(host) => {
            let origin = Origin::path(normalize_untrusted_str(&format!("host {host}")));
            renderer.render(&[problem.element(origin), advice])
        }
        // Drawn apart, because a bar that leads from the title to the help would lead past nothing.
        None => [problem, advice].map(|group| renderer.render(&[group])).join("\n"),
    }
}

fn level(severity: Severity) -> Level<'static> {
    match severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    }
}

/// A place with its label; the complaint's own place has none.
type Mark<'a> = (&'a Place, Option<&'a str>);

/// One snippet for each file that the complaint touches, the file of its own place first.
fn snippets<'a>(diagnostic: &'a Diagnostic, sources: &'a Sources) -> Vec<Snippet<'a, Annotation<'a>>> {
    let own = diagnostic.place.iter().map(|place| (place, None));
    let also = diagnostic.also.iter().map(|(place, label)| (place, Some(label.as_str())));
    let own_file = diagnostic.place.as_ref().map(|place| place.file);
    let mut files: BTreeMap<(bool, usize), Vec<Mark<'_>>> = BTreeMap::new();
    for (place, label) in own.chain(also) {
        files.entry((Some(place.file) != own_file, place.file)).or_default().push((place, label));
    }
    files.into_iter().filter_map(|((_, file), marks)| snippet(sources, file, &marks)).collect()
}

/// The lines from the first to the last mark. The rest of the file is left out: a report on a large file must not
/// cost its size once more for each complaint.
fn snippet<'a>(sources: &'a Sources, file: usize, marks: &[Mark<'_>]) -> Option<Snippet<'a, Annotation<'a>>> {
    let spans: Vec<_> = marks.iter().filter_map(|(place, _)| sources.cut(place)).collect();
    let start = spans.iter().map(|span| span.start).min()?;
    let end = spans.iter().map(|span| span.end).max()?;
    let (window, line) = sources.lines(file, &(start..end))?;
    let text = sources.text(file)?.get(window.clone())?;
    let annotations = marks.iter().zip(spans).map(|((_, label), span)| {
        let kind = if label.is_some() { AnnotationKind::Context } else { AnnotationKind::Primary };
        let inside = span.start - window.start..span.end - window.start;
        kind.span(inside).label(label.map(|label| normalize_untrusted_str(&one_line(label))))
    });
    Some(Snippet::source(text).line_start(line).path(sources.name(file)).annotations(annotations))
}

/// Breaks text at spaces so that no line is wider than `width`, unless a single word is. Control characters, which a
/// name in the manifest may hold, are made visible.
fn wrap(text: &str, width: usize) -> String {
    let mut wrapped = String::new();
    let mut column = 0;
    for word in one_line(text).split(' ') {
        let length = word.chars().count();
        if column > 0 && column + 1 + length > width {
            wrapped.push('\n');
            column = 0;
        } else if column > 0 {
            wrapped.push(' ');
            column += 1;
        }
        wrapped.push_str(&normalize_untrusted_str(word));
        column += length;
    }
    wrapped
}

fn one_line(text: &str) -> String {
    text.replace(['\n', '\r', '\t'], " ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Kind;

    const FLEET: &str = "\
[fleet]
nmae = \"meridian\"

[host.edge-lon]
role = \"edge\"
address = \"192.0.2.7\"

[host.edge-nyc]
role = \"edge\"
address = \"192.0.2.7\"
";

    fn fleet() -> (Sources, impl Fn(&str, usize) -> Place) {
        let mut sources = Sources::new();
        sources.add("hosts/fleet.toml", FLEET);
        let place = |word: &str, nth: usize| {
            let start = FLEET.match_indices(word).nth(nth).unwrap().0;
            Place::new(0, start..start + word.len())
        };
        (sources, place)
    }

    fn misspelt() -> Diagnostic {
        Diagnostic::new(Kind::KeyUnknown { key: "nmae".into(), did_you_mean: Some("name".into()) })
    }

    fn duplicated() -> Diagnostic {
        Diagnostic::new(Kind::AddressDuplicated {
            address: "192.0.2.7".into(),
            first: "edge-lon".into(),
            second: "edge-nyc".into(),
        })
    }

    fn plain(diagnostic: &Diagnostic, sources: &Sources) -> String {
        render_one(diagnostic, sources, Style::default())
    }

    #[test]
    fn a_report_looks_like_rustc() {
        let (sources, place) = fleet();
        let mut report = Report::new();
        report.push(
            duplicated().at(place("\"192.0.2.7\"", 1)).also(place("\"192.0.2.7\"", 0), "first used here"),
        );
        report.push(misspelt().at(place("nmae", 0)));
        report.push(Kind::RoleMissing { role: "core".into() });
        report.push(Diagnostic::new(Kind::KeyMissing { hosts: "`edge-lon`".into() }).on("edge-lon"));
        insta::assert_snapshot!(render(&report, &sources, Style::default()), @r#"
        error[key_unknown]: there is no option `nmae` here
         --> hosts/fleet.toml:2:1
          |
        2 | nmae = "meridian"
          | ^^^^
          |
        help: did you mean `name`?

        error[address_duplicated]: the address 192.0.2.7 is given to both `edge-lon` and
                                   `edge-nyc`
          --> hosts/fleet.toml:10:11
           |
         6 | address = "192.0.2.7"
           |           ----------- first used here
        ...
        10 | address = "192.0.2.7"
           |           ^^^^^^^^^^^
           |
        help: give one of the two hosts its own address

        error[role_missing]: no host has the role `core`
        help: add a host with `role = "core"`

        warning[key_missing]: the tunnel key of `edge-lon` has not been generated yet
        --> host edge-lon
         |
        help: run `rampart secrets generate --out DIR`
        "#);
    }

    #[test]
    fn places_in_two_files() {
        let (mut sources, place) = fleet();
        let other = sources.add("hosts/edge-nyc/host.toml", "address = \"192.0.2.7\"\n");
        let diagnostic =
            duplicated().at(Place::new(other, 10..21)).also(place("\"192.0.2.7\"", 0), "first used here");
        insta::assert_snapshot!(plain(&diagnostic, &sources), @r#"
        error[address_duplicated]: the address 192.0.2.7 is given to both `edge-lon` and
                                   `edge-nyc`
         --> hosts/edge-nyc/host.toml:1:11
          |
        1 | address = "192.0.2.7"
          |           ^^^^^^^^^^^
          |
         ::: hosts/fleet.toml:6:11
          |
        6 | address = "192.0.2.7"
          |           ----------- first used here
          |
        help: give one of the two hosts its own address
        "#);
    }

    #[test]
    fn long_lines_and_long_texts_fit_eighty_columns() {
        let mut sources = Sources::new();
        let line =
            format!("[fleet]\nnotes = \"{}\", nmae = 1, more = \"{}\"\n", "x".repeat(300), "y".repeat(300));
        let start = line.find("nmae").unwrap();
        sources.add("hosts/fleet.toml", line);
        let diagnostic = Diagnostic::new(Kind::NetworksOverlap {
            first: "the tunnel network of the fleet".into(),
            first_network: "10.77.0.0/16".into(),
            second: "the network of the region `frankfurt`".into(),
            second_network: "10.77.4.0/24".into(),
        });
        let text = plain(&diagnostic.at(Place::new(0, start..start + 4)), &sources);
        assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
        insta::assert_snapshot!(text, @r#"
        error[networks_overlap]: the tunnel network of the fleet (10.77.0.0/16) and the
                                 network of the region `frankfurt` (10.77.4.0/24)
                                 overlap
         --> hosts/fleet.toml:2:313
          |
        2 | ...xxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", nmae = 1, more = "yyyyyyyyyyyyyyyyyyy...
          |                                     ^^^^
          |
        help: choose a range for the network of the region `frankfurt` that lies outside
              10.77.0.0/16
        "#);
    }

    #[test]
    fn colours_are_sent_only_when_asked_for() {
        let (sources, place) = fleet();
        let diagnostic = misspelt().at(place("nmae", 0));
        assert!(!plain(&diagnostic, &sources).contains('\u{1b}'));
        assert!(render_one(&diagnostic, &sources, Style { width: 80, colour: true }).contains("\u{1b}["));
    }

    /// A terminal obeys what it is sent: names from the manifest must not reach it raw.
    #[test]
    fn control_characters_are_made_visible() {
        let mut sources = Sources::new();
        sources.add("a.toml", "x\u{1b}[2J = 1");
        let kind = Kind::NameUnknown {
            what: "host".into(),
            name: "\u{1b}[2J\nerror: fake".into(),
            did_you_mean: Some("\u{7}".into()),
        };
        let diagnostic = Diagnostic::new(kind).at(Place::new(0, 0..1)).also(Place::new(0, 2..3), "\u{1b}c");
        let text = plain(&diagnostic, &sources);
        assert!(!text.contains(['\u{1b}', '\u{7}']), "{text}");
        assert!(!text.contains("\nerror: fake"), "{text}");
    }

    #[test]
    fn no_place_is_too_strange() {
        let mut sources = Sources::new();
        sources.add("a.toml", "ä = \"öü\"\r\n\u{200d}\t😀");
        sources.add("empty.toml", "");
        for file in 0..3 {
            for start in (0..24).chain([usize::MAX - 1]) {
                for length in [0, 1, 5, usize::MAX - start] {
                    let place = Place::new(file, start..start.saturating_add(length));
                    let diagnostic = misspelt().at(place.clone()).also(place, "here");
                    for width in [0, 1, 20, 80] {
                        let text = render_one(&diagnostic, &sources, Style { width, colour: false });
                        assert!(text.starts_with("error[key_unknown]"));
                    }
                }
            }
        }
    }

    #[test]
    fn nothing_to_say_is_nothing() {
        assert_eq!(render(&Report::new(), &Sources::new(), Style::default()), "");
    }

    #[test]
    fn words_wrap() {
        assert_eq!(wrap("aa bb cc", 5), "aa bb\ncc");
        assert_eq!(wrap("aaaaaaaa b", 3), "aaaaaaaa\nb");
        assert_eq!(wrap("", 3), "");
    }
}
