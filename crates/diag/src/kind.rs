//! The closed list of complaints, one file per area in `src/kind/`.
//!
//! A complaint is one block of its area's file and nothing else:
//!
//! ```text
//! /// Only one program can listen on a port.                 why it is wrong: `Code::reason`, first sentence `summary`
//! error port_taken: PortTaken { host: String, port: u16 }    severity, code word, variant and its fields
//!     message "port {port} of `{host}` is taken twice"       may name the fields
//!     help "give one of the two another port";               may name the fields
//! ```
//!
//! `help did_you_mean or "…"` asks "did you mean `x`?" when the `Option<String>` field of that name holds a guess and
//! gives the text otherwise. Fields are text or numbers. `{{` and `}}` are literal braces, as in [`format!`].
//!
//! A new area is a new file, its `mod` line below and its word in the list of `complaints!`.

use std::{fmt, str::FromStr};

use crate::{complaints::complaints, nearest};

mod disks;
mod dmz;
mod homeserver;
mod host;
mod host_homeserver;
mod host_ingress;
mod host_media;
mod media;
mod mesh;
mod ports;
mod secrets;
mod syntax;
mod topology;
mod versions;

complaints! {
    syntax topology mesh ports media homeserver dmz disks host host_ingress host_homeserver host_media secrets
    versions
}

/// How bad a complaint is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Nothing is rendered until it is gone.
    Error,
    /// Worth a look; fails only under `--deny-warnings`.
    Warning,
}

impl Severity {
    /// The word in reports: `error` or `warning`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Code {
    /// Why it is wrong, as plain text; an empty line stands between paragraphs.
    pub fn reason(self) -> String {
        reflow(self.doc())
    }

    /// The first sentence of the reason.
    pub fn summary(self) -> String {
        let reason = self.reason();
        let end = [". ", ".\n"].iter().filter_map(|stop| reason.find(stop)).min();
        end.map_or(reason.clone(), |stop| reason[..=stop].to_owned())
    }

    /// The message with `<field>` where a real complaint has a value.
    pub fn message(self) -> String {
        show_holes(self.message_template())
    }

    /// The help with `<field>` where a real complaint has a value.
    pub fn help(self) -> String {
        show_holes(self.help_template())
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A word that is no complaint's code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeUnknown {
    /// The word as given.
    pub word: String,
    /// The nearest code there is.
    pub did_you_mean: Option<Code>,
}

impl fmt::Display for CodeUnknown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "there is no complaint `{}`", self.word)?;
        match self.did_you_mean {
            Some(code) => write!(f, "; did you mean `{code}`?"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for CodeUnknown {}

impl FromStr for Code {
    type Err = CodeUnknown;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        let named = |word: &str| Self::ALL.iter().copied().find(|code| code.as_str() == word);
        named(word).ok_or_else(|| CodeUnknown {
            word: word.to_owned(),
            did_you_mean: nearest(word, Self::ALL.iter().map(|code| code.as_str())).and_then(named),
        })
    }
}

/// Joins the lines of a doc comment into paragraphs.
fn reflow(doc: &str) -> String {
    let mut text = String::new();
    for line in doc.lines().map(str::trim) {
        let gap = match line {
            "" => "\n\n",
            _ if text.is_empty() || text.ends_with('\n') => "",
            _ => " ",
        };
        text.push_str(gap);
        text.push_str(line);
    }
    text.trim().to_owned()
}

/// Turns a format string into text for people: `{host}` becomes `<host>`, `{{` a brace.
fn show_holes(template: &str) -> String {
    let [open, close] = ['\u{1}', '\u{2}'];
    template
        .replace("{{", &open.to_string())
        .replace("}}", &close.to_string())
        .replace('{', "<")
        .replace('}', ">")
        .replace(open, "{")
        .replace(close, "}")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn port_taken() -> Kind {
        Kind::PortTaken {
            hosts: "`edge-lon`".into(),
            port: 7881,
            protocol: "tcp".into(),
            first: "livekit".into(),
            second: "metrics".into(),
        }
    }

    #[test]
    fn one_block_gives_all_parts() {
        let kind = port_taken();
        assert_eq!(kind.code(), Code::PortTaken);
        assert_eq!(kind.code().as_str(), "port_taken");
        assert_eq!(kind.severity(), Severity::Error);
        assert_eq!(kind.message(), "port 7881/tcp on `edge-lon` is used by livekit and metrics");
        assert_eq!(kind.help(), "give one of the two another port, or move it to another host");
    }

    #[test]
    fn a_guess_replaces_the_help() {
        let with = |guess: Option<&str>| Kind::KeyUnknown {
            key: "nmae".into(),
            did_you_mean: guess.map(Into::into),
        };
        assert_eq!(with(Some("name")).help(), "did you mean `name`?");
        assert_eq!(with(None).help(), Code::KeyUnknown.help());
    }

    #[test]
    fn codes_are_unique_sorted_by_declaration_and_found_by_their_word() {
        let words: BTreeSet<_> = Code::ALL.iter().map(|code| code.as_str()).collect();
        assert_eq!(words.len(), Code::ALL.len());
        assert!(Code::ALL.is_sorted());
        for code in Code::ALL {
            assert_eq!(code.as_str().parse(), Ok(*code));
        }
    }

    #[test]
    fn a_misspelt_code_gets_a_guess() {
        let near = "port_takn".parse::<Code>().unwrap_err();
        assert_eq!(near.to_string(), "there is no complaint `port_takn`; did you mean `port_taken`?");
        let far = "zzz".parse::<Code>().unwrap_err();
        assert_eq!(far.to_string(), "there is no complaint `zzz`");
    }

    /// House style of the list: what a newcomer reads must be whole sentences in one tone.
    #[test]
    fn every_block_keeps_the_style() {
        for &code in Code::ALL {
            let (word, reason) = (code.as_str(), code.reason());
            assert!(
                word.contains('_') && word.chars().all(|c| c.is_ascii_lowercase() || c == '_'),
                "{word}: code word"
            );
            let variant: String =
                word.split('_').flat_map(|part| capital(part).chars().collect::<Vec<_>>()).collect();
            assert_eq!(format!("{code:?}"), variant, "{word}: variant and code word differ");
            assert!(reason.ends_with('.'), "{word}: a reason ends with a full stop");
            assert!(reason.starts_with(char::is_uppercase), "{word}: a reason starts with a capital");
            assert!(code.summary().chars().count() <= 120, "{word}: first sentence over 120 characters");
            for text in [code.message(), code.help()] {
                assert!(
                    !text.is_empty() && !text.ends_with('.'),
                    "{word}: `{text}`: no full stop in messages"
                );
                assert!(!text.starts_with(char::is_uppercase), "{word}: `{text}`: starts in lower case");
            }
        }
    }

    fn capital(word: &str) -> String {
        let (head, tail) = word.split_at(1);
        head.to_uppercase() + tail
    }

    #[test]
    fn a_reason_is_reflowed_and_summed_up() {
        assert_eq!(reflow(" One\n two.\n\n Three.\n"), "One two.\n\nThree.");
        assert_eq!(Code::PortTaken.summary(), "Only one program can listen on a port of an address.");
        assert!(!Code::PortTaken.reason().contains("  "));
    }

    #[test]
    fn holes_are_shown() {
        assert_eq!(show_holes("a {host} in {{ x }}"), "a <host> in { x }");
    }
}
