//! The text of generated files: what `serde_json::to_string_pretty` writes, byte for byte (a property holds it), and a
//! final newline. It is a quarter of the work on a host, most of it to look at each byte of long strings on its own
//! and to write two blanks at a time (docs/decisions/0014-speed.md); here both go in larger pieces.

use std::fmt::Write as _;

use serde_json::{Map, Value};

/// About the length of an edge's file, in bytes.
const USUAL: usize = 24 << 10;
/// Bytes of a string that are looked at together, as one number.
const TOGETHER: usize = 8;
const BLANKS: &str = "                                ";

/// Indented JSON with a final newline, as all generated files are written.
pub fn text(value: &Value) -> String {
    let mut out = Text { written: String::with_capacity(USUAL), depth: 0 };
    out.value(value);
    out.written.push('\n');
    out.written
}

struct Text {
    written: String,
    depth: usize,
}

impl Text {
    fn value(&mut self, value: &Value) {
        match value {
            Value::Null => self.written.push_str("null"),
            Value::Bool(true) => self.written.push_str("true"),
            Value::Bool(false) => self.written.push_str("false"),
            // To write to a string cannot fail.
            Value::Number(number) => drop(write!(self.written, "{number}")),
            Value::String(text) => self.string(text),
            Value::Array(items) => self.list(items),
            Value::Object(table) => self.table(table),
        }
    }

    fn list(&mut self, items: &[Value]) {
        self.between('[', ']', items, Self::value);
    }

    fn table(&mut self, table: &Map<String, Value>) {
        self.between('{', '}', table, |out, (key, value)| {
            out.string(key);
            out.written.push_str(": ");
            out.value(value);
        });
    }

    /// Every item on a line of its own, one step to the right of the brackets.
    fn between<I: IntoIterator>(
        &mut self,
        open: char,
        close: char,
        items: I,
        mut each: impl FnMut(&mut Self, I::Item),
    ) {
        self.written.push(open);
        self.depth += 1;
        let mut empty = true;
        for item in items {
            if !empty {
                self.written.push(',');
            }
            empty = false;
            self.line();
            each(self, item);
        }
        self.depth -= 1;
        if !empty {
            self.line();
        }
        self.written.push(close);
    }

    fn line(&mut self) {
        self.written.push('\n');
        let mut blanks = self.depth * 2;
        while blanks > BLANKS.len() {
            self.written.push_str(BLANKS);
            blanks -= BLANKS.len();
        }
        self.written.push_str(&BLANKS[..blanks]);
    }

    fn string(&mut self, text: &str) {
        self.written.push('"');
        let mut rest = text;
        while let Some((at, byte)) = special(rest) {
            self.written.push_str(&rest[..at]);
            self.escape(byte);
            rest = &rest[at + 1..];
        }
        self.written.push_str(rest);
        self.written.push('"');
    }

    fn escape(&mut self, byte: u8) {
        match byte {
            b'"' => self.written.push_str("\\\""),
            b'\\' => self.written.push_str("\\\\"),
            b'\n' => self.written.push_str("\\n"),
            b'\r' => self.written.push_str("\\r"),
            b'\t' => self.written.push_str("\\t"),
            0x08 => self.written.push_str("\\b"),
            0x0c => self.written.push_str("\\f"),
            other => drop(write!(self.written, "\\u{other:04x}")),
        }
    }
}

/// The first byte of a string that JSON wants escaped (RFC 8259, section 7), and where it is. It is ASCII, so the string
/// can be cut before and after it.
fn special(text: &str) -> Option<(usize, u8)> {
    let bytes = text.as_bytes();
    let (words, rest) = bytes.as_chunks::<TOGETHER>();
    let in_words = || {
        let marks = words.iter().map(|word| marks(u64::from_le_bytes(*word)));
        let (index, marks) = marks.enumerate().find(|(_, marks)| *marks != 0)?;
        Some(index * TOGETHER + marks.trailing_zeros() as usize / 8)
    };
    let in_rest = || Some(words.len() * TOGETHER + rest.iter().position(|byte| is_special(*byte))?);
    let at = in_words().or_else(in_rest)?;
    Some((at, bytes[at]))
}

/// A word whose lowest bit belongs to the first byte that is special; above it there can be others that are not.
fn marks(word: u64) -> u64 {
    const EACH: u64 = u64::MAX / 0xff;
    const HIGHEST: u64 = EACH << 7;
    let below = |word: u64, limit: u64| word.wrapping_sub(EACH * limit) & !word;
    let is = |byte: u8| below(word ^ (EACH * u64::from(byte)), 1);
    (below(word, 0x20) | is(b'"') | is(b'\\')) & HIGHEST
}

fn is_special(byte: u8) -> bool {
    byte < 0x20 || byte == b'"' || byte == b'\\'
}

#[cfg(test)]
mod tests;
