//! From a line to a [`Command`].
//!
//! | file | duty |
//! |---|---|
//! | `address` | whether a message is an order at all, and where it begins |
//! | `words` | quotes and dashes of any keyboard |
//! | `table` | the commands: names, arguments, options, help |
//! | `given` | arguments and options, and their forms |
//! | `complaint` | every way in which it cannot be understood |

mod address;
mod complaint;
mod given;
mod table;
mod words;

pub use address::addressed;
pub use complaint::Complaint;
pub(crate) use table::row;
pub use table::{Argument, COMMANDS, Choice, Row, Takes};

use crate::command::Command;
use given::Given;
use table::NOUNS;

/// Longest line that is looked at, in bytes.
const LONGEST: usize = 2000;

/// Understands what stands after the prefix.
pub fn parse(line: &str) -> Result<Command, Complaint> {
    let line = line.trim();
    if line.len() > LONGEST {
        return Err(Complaint::TooLong);
    }
    if line.contains(['\n', '\r']) {
        return Err(Complaint::SeveralLines);
    }
    let mut words = words::split(line)?;
    let texts: Vec<String> = words.iter().take(2).map(|word| word.text.clone()).collect();
    let row = find(&texts)?;
    words.drain(..if row.verb().is_some() { 2 } else { 1 });
    Given::read(row, words)?.build()
}

/// The command of the first words.
fn find(words: &[String]) -> Result<&'static Row, Complaint> {
    let word = words.first().map(|word| word.to_lowercase()).unwrap_or_default();
    let Some(noun) = noun(&word) else {
        let single = COMMANDS.iter().filter(|row| row.verb().is_none());
        let found = single.clone().find(|row| row.name == word || row.aliases.contains(&word.as_str()));
        return found.ok_or_else(|| unknown(word));
    };
    let rows = COMMANDS.iter().filter(|row| row.noun() == noun);
    let Some(second) = words.get(1).map(|word| word.to_lowercase()) else {
        return Err(Complaint::VerbMissing { noun });
    };
    let is = |row: &&Row| row.verb() == Some(second.as_str()) || row.aliases.contains(&second.as_str());
    rows.clone().find(is).ok_or_else(|| {
        let verbs = rows.filter_map(Row::verb);
        Complaint::VerbUnknown { noun, meant: diag::nearest(&second, verbs), word: second.clone() }
    })
}

/// What help there is of these words: a command, or the first word of some.
fn topic(words: &[String]) -> Result<&'static str, Complaint> {
    match find(words) {
        Ok(row) => Ok(row.name),
        Err(Complaint::VerbMissing { noun }) => Ok(noun),
        Err(complaint) => Err(complaint),
    }
}

fn noun(word: &str) -> Option<&'static str> {
    NOUNS.iter().find(|(noun, others)| *noun == word || others.contains(&word)).map(|(noun, _)| *noun)
}

fn unknown(word: String) -> Complaint {
    let mut first: Vec<&'static str> = COMMANDS.iter().map(Row::noun).collect();
    first.dedup();
    Complaint::CommandUnknown { meant: diag::nearest(&word, first), word }
}
