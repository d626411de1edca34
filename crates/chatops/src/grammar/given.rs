//! What stands after a command, and its values.

use std::{collections::BTreeMap, vec};

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use values::{Duration, RoomName, UserId};

use super::{
    complaint::Complaint,
    table::{Choice, Row, Takes},
    words::Word,
};
use crate::command::{Command, Since};

/// At most so many things in one order.
const MOST: usize = 20;
const ID: &str = "a short id, such as `abcd2345` (see `token list`)";
const USER: &str = "a guest's name, such as `anna` or `@anna:partners.example`";
const ROOM: &str = "a room's name, alias or id";
const LIFE: &str = "a duration of at least a minute, such as 90m, 24h or 7d";

/// Arguments and options as words, taken one after the other.
pub(super) struct Given<'r> {
    pub(super) command: &'static str,
    row: &'r Row,
    arguments: vec::IntoIter<String>,
    options: BTreeMap<&'static str, String>,
}

impl<'r> Given<'r> {
    /// Sorts words into arguments and options.
    pub(super) fn read(row: &'r Row, words: Vec<Word>) -> Result<Self, Complaint> {
        let mut arguments = Vec::new();
        let mut options = BTreeMap::new();
        let mut words = words.into_iter().peekable();
        while let Some(word) = words.next() {
            if word.quoted || !word.text.starts_with("--") {
                arguments.push(word.text);
                continue;
            }
            let (name, mut value) = match word.text.split_once('=') {
                Some((name, value)) => (name, Some(value.to_owned())),
                None => (word.text.as_str(), None),
            };
            let choice = find(row, name)?;
            if choice.takes == Takes::Nothing && value.is_some() {
                return Err(Complaint::ValueSurplus { command: row.name, option: choice.name });
            }
            let is_value = |word: &Word| word.quoted || !word.text.starts_with("--");
            if let Takes::Word(_) = choice.takes
                && value.is_none()
            {
                value = words.next_if(is_value).map(|word| word.text);
            }
            if let Takes::Text(_) = choice.takes {
                let more = std::iter::from_fn(|| words.next_if(is_value)).map(|word| word.text);
                let texts: Vec<String> = value.into_iter().chain(more).collect();
                value = (!texts.is_empty()).then(|| texts.join(" "));
            }
            if choice.takes != Takes::Nothing && value.as_ref().is_none_or(String::is_empty) {
                return Err(Complaint::ValueMissing { command: row.name, option: choice.name });
            }
            if options.insert(choice.name, value.unwrap_or_default()).is_some() {
                return Err(Complaint::OptionTwice { command: row.name, option: choice.name });
            }
        }
        Ok(Self { command: row.name, row, arguments: arguments.into_iter(), options })
    }

    /// The command, when nothing is left over.
    pub(super) fn build(mut self) -> Result<Command, Complaint> {
        let command = (self.row.build)(&mut self)?;
        if self.arguments.next().is_some() {
            return Err(Complaint::ArgumentSurplus { command: self.command });
        }
        Ok(command)
    }

    pub(super) fn flag(&mut self, name: &str) -> bool {
        self.options.remove(name).is_some()
    }

    /// A text of people, as the broker takes it. It goes into ledgers, where an enrolment address has no place.
    pub(super) fn text(&mut self, name: &'static str, most: usize) -> Result<Option<String>, Complaint> {
        let good = |text: &String| {
            let is_address = text.to_ascii_lowercase().contains("token=");
            text.chars().count() <= most && !text.chars().any(char::is_control) && !is_address
        };
        let form = if most == 100 {
            "at most 100 characters, and no enrolment address"
        } else {
            "at most 300 characters, and no enrolment address"
        };
        self.option(name, form, |text| Some(text).filter(good))
    }

    /// A length of time, in seconds.
    pub(super) fn life(&mut self, name: &'static str) -> Result<Option<u64>, Complaint> {
        self.option(name, LIFE, |text| seconds(&text).filter(|seconds| *seconds >= 60))
    }

    pub(super) fn number(
        &mut self,
        name: &'static str,
        least: u32,
        most: u32,
        form: &'static str,
    ) -> Result<Option<u32>, Complaint> {
        self.option(name, form, |text| text.parse().ok().filter(|number| (least..=most).contains(number)))
    }

    pub(super) fn since(&mut self, name: &'static str) -> Result<Option<Since>, Complaint> {
        let form = "a duration (7d), a day (2026-11-28) or a moment (2026-11-28T08:00:00Z)";
        self.option(name, form, |text| since(&text))
    }

    fn option<T>(
        &mut self,
        name: &'static str,
        form: &'static str,
        read: impl FnOnce(String) -> Option<T>,
    ) -> Result<Option<T>, Complaint> {
        let Some(text) = self.options.remove(name) else { return Ok(None) };
        read(text).map(Some).ok_or(Complaint::ValueInvalid { command: self.command, of: name, form })
    }

    pub(super) fn id(&mut self) -> Result<String, Complaint> {
        self.argument("ID", ID, |text| id(&text))
    }

    pub(super) fn ids(&mut self) -> Result<Vec<String>, Complaint> {
        self.arguments("ID", ID, |text| id(&text))
    }

    pub(super) fn user(&mut self) -> Result<String, Complaint> {
        self.argument("USER", USER, |text| user(&text))
    }

    pub(super) fn users(&mut self) -> Result<Vec<String>, Complaint> {
        self.arguments("USER", USER, |text| user(&text))
    }

    pub(super) fn room_name(&mut self) -> Result<String, Complaint> {
        let form = "a name of lower-case letters, digits and hyphens";
        self.argument("NAME", form, |text| text.parse::<RoomName>().ok().map(|name| name.to_string()))
    }

    pub(super) fn room(&mut self) -> Result<String, Complaint> {
        self.argument("ROOM", ROOM, |text| room(&text))
    }

    /// What `help` is about.
    pub(super) fn topic(&mut self) -> Result<Command, Complaint> {
        let words: Vec<String> = self.arguments.by_ref().collect();
        if words.is_empty() {
            return Ok(Command::Help { topic: None });
        }
        super::topic(&words).map(|topic| Command::Help { topic: Some(topic.to_owned()) })
    }

    fn argument<T>(
        &mut self,
        argument: &'static str,
        form: &'static str,
        read: impl FnOnce(String) -> Option<T>,
    ) -> Result<T, Complaint> {
        let missing = Complaint::ArgumentMissing { command: self.command, argument };
        let text = self.arguments.next().ok_or(missing)?;
        read(text).ok_or(Complaint::ValueInvalid { command: self.command, of: argument, form })
    }

    fn arguments(
        &mut self,
        argument: &'static str,
        form: &'static str,
        read: impl Fn(String) -> Option<String>,
    ) -> Result<Vec<String>, Complaint> {
        let mut found = vec![self.argument(argument, form, &read)?];
        while self.arguments.len() > 0 {
            let next = self.argument(argument, form, &read)?;
            if found.contains(&next) {
                return Err(Complaint::ArgumentTwice { command: self.command });
            }
            found.push(next);
        }
        let few = found.len() <= MOST;
        if few { Ok(found) } else { Err(Complaint::TooMany { command: self.command, most: MOST }) }
    }
}

fn find(row: &Row, name: &str) -> Result<&'static Choice, Complaint> {
    let options = row.options;
    options.iter().find(|option| option.name == name).ok_or_else(|| Complaint::OptionUnknown {
        command: row.name,
        word: name.to_owned(),
        meant: diag::nearest(name, options.iter().map(|option| option.name)),
    })
}

fn seconds(text: &str) -> Option<u64> {
    text.parse::<Duration>().ok().map(Duration::as_secs)
}

fn since(text: &str) -> Option<Since> {
    let day = || TimeZone::UTC.to_timestamp(text.parse::<Date>().ok()?.at(0, 0, 0, 0)).ok();
    seconds(text)
        .map(Since::Ago)
        .or_else(|| text.parse::<Timestamp>().ok().map(Since::At))
        .or_else(|| day().map(Since::At))
}

/// Eight digits of base 32 (RFC 4648), as the broker makes them of a token's hash.
fn id(text: &str) -> Option<String> {
    let id = text.trim_matches('`').to_ascii_lowercase();
    let good = id.len() == 8 && id.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'2'..=b'7'));
    good.then_some(id)
}

/// A Matrix id, or the part before the colon; also as a link to it.
fn user(text: &str) -> Option<String> {
    let text = text.trim_matches('`');
    let text = text.strip_prefix("https://matrix.to/#/").unwrap_or(text).to_ascii_lowercase();
    if text.contains(':') {
        let full = if text.starts_with('@') { text } else { format!("@{text}") };
        return full.parse::<UserId>().ok().map(|user| user.to_string());
    }
    let name = text.strip_prefix('@').unwrap_or(&text).to_owned();
    format!("@{name}:a").parse::<UserId>().is_ok().then_some(name)
}

fn room(text: &str) -> Option<String> {
    let text = text.trim_matches('`');
    let is_id = text.len() <= 255 && text.len() > 1 && text.starts_with(['#', '!']);
    let is_printed = text.chars().all(|char| char.is_ascii_graphic());
    let good = (is_id && is_printed && !text.contains("://")) || text.parse::<RoomName>().is_ok();
    good.then(|| text.to_owned())
}
