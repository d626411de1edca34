//! TOML text → a JSON tree, noting the place of every key on the way.

use std::ops::Range;

use diag::{Diagnostic, Kind, Place, Report};
use serde_json::{Map, Number, Value};
use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use crate::{places::Places, refused};

/// Deepest nesting that is read. The manifest needs five levels; the limit keeps recursion bounded.
const DEPTH_LIMIT: usize = 16;

/// Reads the text of file number `file`. Keys are noted below `prefix` (empty for the whole manifest).
pub(crate) fn read(
    text: &str,
    file: usize,
    prefix: &str,
    places: &mut Places,
    report: &mut Report,
) -> Map<String, Value> {
    let (table, errors) = DeTable::parse_recoverable(text);
    let mut broken = Vec::new();
    for error in errors {
        let kind = Kind::SyntaxInvalid { detail: one_line(error.message()) };
        // The parser gives none for a key of too many parts.
        let span = error.span().unwrap_or(0..0);
        report.push(Diagnostic::new(kind).at(Place::new(file, span)));
        broken.extend(error.span());
    }
    let mut walk = Walk { file, broken, places, report };
    walk.table(table.get_ref(), prefix, 0)
}

struct Walk<'a> {
    file: usize,
    /// Where the text is no TOML; the parser makes up a value there.
    broken: Vec<Range<usize>>,
    places: &'a mut Places,
    report: &'a mut Report,
}

impl Walk<'_> {
    fn table(&mut self, table: &DeTable<'_>, prefix: &str, depth: usize) -> Map<String, Value> {
        let mut out = Map::new();
        // The parser sorts keys; complaints are sorted by place later.
        for (key, value) in table {
            let path = join(prefix, key.get_ref());
            let key_place = Place::new(self.file, key.span());
            let first = self.places.note(&path, key_place.clone(), Place::new(self.file, value.span()));
            // Within one file the parser refuses it; a host can be described in two.
            if first.is_some() && !matches!(value.get_ref(), DeValue::Table(_)) {
                let kind = Kind::KeyDuplicated { key: path.clone() };
                self.report.push(Diagnostic::new(kind).at(key_place).also(first, "set here first"));
            }
            if let Some(value) = self.value(value, &path, depth + 1) {
                out.insert(key.get_ref().to_string(), value);
            }
        }
        out
    }

    fn value(&mut self, value: &Spanned<DeValue<'_>>, path: &str, depth: usize) -> Option<Value> {
        let is_table = matches!(value.get_ref(), DeValue::Table(_));
        if !is_table
            && self.broken.iter().any(|at| at.start <= value.span().end && value.span().start <= at.end)
        {
            self.places.refuse(path);
            return None;
        }
        if depth > DEPTH_LIMIT {
            return self.refuse(path, value, "it is nested too deeply");
        }
        match value.get_ref() {
            DeValue::String(text) => Some(Value::String(text.to_string())),
            DeValue::Boolean(bit) => Some(Value::Bool(*bit)),
            DeValue::Integer(number) => match i64::from_str_radix(number.as_str(), number.radix()) {
                Ok(number) => Some(number.into()),
                Err(_) => self.refuse(path, value, "the number is too large"),
            },
            DeValue::Float(number) => {
                let parsed = number.as_str().parse().ok().and_then(Number::from_f64);
                match parsed {
                    Some(number) => Some(Value::Number(number)),
                    None => self.refuse(path, value, "it is not a finite number"),
                }
            }
            DeValue::Datetime(time) => Some(Value::String(time.to_string())),
            DeValue::Array(items) => Some(Value::Array(self.items(items, path, depth))),
            DeValue::Table(table) => Some(Value::Object(self.table(table, path, depth))),
        }
    }

    fn items<'i>(
        &mut self,
        items: impl IntoIterator<Item = &'i Spanned<DeValue<'i>>>,
        path: &str,
        depth: usize,
    ) -> Vec<Value> {
        let mut out = Vec::new();
        for (index, item) in items.into_iter().enumerate() {
            let path = join(path, &index.to_string());
            let place = Place::new(self.file, item.span());
            self.places.note(&path, place.clone(), place);
            out.extend(self.value(item, &path, depth + 1));
        }
        out
    }

    fn refuse(&mut self, path: &str, value: &Spanned<DeValue<'_>>, detail: &str) -> Option<Value> {
        self.places.refuse(path);
        let kind = refused::kind(path, detail.into());
        self.report.push(Diagnostic::new(kind).at(Place::new(self.file, value.span())));
        None
    }
}

/// `prefix.key`, or `key` at the top.
pub(crate) fn join(prefix: &str, key: &str) -> String {
    if prefix.is_empty() { key.to_owned() } else { [prefix, ".", key].concat() }
}

/// The parser's messages can have several lines; a complaint has one.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
