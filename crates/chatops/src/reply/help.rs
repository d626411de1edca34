//! Help, made of the table of commands.

use crate::{
    grammar::{COMMANDS, Row, Takes, row},
    markup::{Line, Text},
};

/// About everything, the commands of one first word, or one command.
pub(super) fn help(topic: Option<&str>, prefix: &str) -> Text {
    let Some(topic) = topic else {
        let head = Line::new().text("Orders are one line, in this room, by those who may. ");
        let head = head.code(&format!("{prefix}help COMMAND")).text(" says more.");
        return several(head, COMMANDS.iter(), prefix);
    };
    if let Some(row) = row(topic) {
        return one(row, prefix);
    }
    let rows = COMMANDS.iter().filter(|row| row.noun() == topic);
    several(Line::new().code(&format!("{prefix}{topic} …")).text(":"), rows, prefix)
}

fn several<'r>(head: Line, rows: impl Iterator<Item = &'r Row>, prefix: &str) -> Text {
    let line = |row: &Row| Line::new().code(&format!("{prefix}{}", row.name)).text(" – ").text(row.about);
    Text::of(head).list(rows.map(line).collect())
}

fn one(row: &Row, prefix: &str) -> Text {
    let option = |option: &crate::grammar::Choice| {
        let value = match option.takes {
            Takes::Nothing => String::new(),
            Takes::Word(value) | Takes::Text(value) => format!(" {value}"),
        };
        Line::new().code(&format!("{}{value}", option.name)).text(" – ").text(option.about)
    };
    let mut text = Text::of(Line::new().code(&format!("{prefix}{}", row.usage())))
        .line(Line::new().text(row.about))
        .list(row.options.iter().map(option).collect());
    if !row.aliases.is_empty() {
        let name = row.verb().unwrap_or(row.name);
        text =
            text.line(Line::new().text("For ").code(name).text(" also: ").codes(row.aliases.iter().copied()));
    }
    text.line(Line::new().text("Example: ").code(&format!("{prefix}{}", row.example)))
}
