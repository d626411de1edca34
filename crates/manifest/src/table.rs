//! One table of the tree → its typed layer. Every key that is refused gives its own complaint.

use diag::{Diagnostic, Kind, Report, nearest};
use options::{OptionSet, Type};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use serde_path_to_error::Segment;

use crate::{
    places::Places,
    refused::{self, Said},
    tree::join,
};

/// Complaints and places, as every step of reading needs them.
pub(crate) struct Context<'a> {
    pub(crate) places: &'a mut Places,
    pub(crate) report: &'a mut Report,
}

impl Context<'_> {
    /// Reads `table`, found at `path`, as the layer of `set`. Unknown and refused keys are left out.
    pub(crate) fn layer<L: DeserializeOwned + Default>(
        &mut self,
        mut table: Map<String, Value>,
        path: &str,
        set: &OptionSet,
    ) -> L {
        self.unknown_keys(&mut table, path, set, &[]);
        self.typed(Value::Object(table), path, Some(set))
    }

    /// Reports and removes keys that `set` does not have; `more` are further keys that may stand here.
    pub(crate) fn unknown_keys(
        &mut self,
        table: &mut Map<String, Value>,
        path: &str,
        set: &OptionSet,
        more: &[&str],
    ) {
        let known: Vec<String> = set.options.iter().map(options::OptionDecl::kebab).collect();
        let keys: Vec<String> = table.keys().cloned().collect();
        for key in keys {
            let Some(index) = known.iter().position(|k| *k == key) else {
                let all = known.iter().map(String::as_str).chain(more.iter().copied());
                self.unknown(&key, path, all);
                table.remove(&key);
                continue;
            };
            match (&set.options[index].ty, table.get_mut(&key)) {
                (Type::Submodule(group), Some(Value::Object(inner))) => {
                    self.unknown_keys(inner, &join(path, &key), group, &[]);
                }
                // serde would take a list for a group, member after member.
                (Type::Submodule(_), Some(Value::Array(_))) => {
                    table.remove(&key);
                    self.invalid(path, &[key], "a table is expected here");
                }
                _ => {}
            }
        }
    }

    /// Reports one key that nobody knows.
    pub(crate) fn unknown<'k>(&mut self, key: &str, path: &str, known: impl Iterator<Item = &'k str>) {
        let full = join(path, key);
        self.places.refuse(&full);
        let kind = Kind::KeyUnknown { key: full.clone(), did_you_mean: nearest(key, known).map(Into::into) };
        self.report.push(Diagnostic::new(kind).at(self.places.key(&full)));
    }

    /// Deserialises `value`, a table of `set`; whatever is refused is reported, taken out, and the rest tried again.
    pub(crate) fn typed<T: DeserializeOwned + Default>(
        &mut self,
        mut value: Value,
        path: &str,
        set: Option<&OptionSet>,
    ) -> T {
        loop {
            match serde_path_to_error::deserialize::<_, T>(&value) {
                Ok(typed) => return typed,
                Err(error) => {
                    let inner: Vec<String> = error.path().iter().filter_map(segment).collect();
                    let ty = set.and_then(|set| refused::type_at(set, &inner));
                    let said = ty.zip(at(&value, &inner)).and_then(|(ty, value)| refused::said(ty, value));
                    match said {
                        Some(said) => self.refuse(path, &inner, said),
                        None => self.invalid(path, &inner, &error.inner().to_string()),
                    }
                    if !remove(&mut value, &inner) {
                        return T::default();
                    }
                }
            }
        }
    }

    /// Reports a value that its type refuses.
    pub(crate) fn invalid(&mut self, path: &str, inner: &[String], detail: &str) {
        self.refuse(path, inner, plain(detail).as_str().into());
    }

    fn refuse(&mut self, path: &str, inner: &[String], said: Said) {
        let full = inner.iter().fold(path.to_owned(), |at, part| join(&at, part));
        self.places.refuse(&full);
        let kind = refused::kind(&full, said);
        self.report.push(Diagnostic::new(kind).at(self.places.value(&full)));
    }
}

fn segment(segment: &Segment) -> Option<String> {
    match segment {
        Segment::Map { key } => Some(key.clone()),
        Segment::Seq { index } => Some(index.to_string()),
        Segment::Enum { variant } => Some(variant.clone()),
        Segment::Unknown => None,
    }
}

/// What stands at `path`.
fn at<'v>(value: &'v Value, path: &[String]) -> Option<&'v Value> {
    path.iter().try_fold(value, |value, part| match value {
        Value::Array(list) => list.get(part.parse::<usize>().ok()?),
        _ => value.get(part),
    })
}

/// Takes out what stands at `path`; a list goes as a whole, since a shortened list means something else.
fn remove(value: &mut Value, path: &[String]) -> bool {
    let Some((first, rest)) = path.split_first() else { return false };
    let Value::Object(table) = value else { return false };
    match table.get_mut(first) {
        Some(inner @ Value::Object(_)) if !rest.is_empty() => {
            remove(inner, rest) || table.remove(first).is_some()
        }
        Some(_) => table.remove(first).is_some(),
        None => false,
    }
}

/// serde's words without the position in the JSON text that nobody wrote.
pub(crate) fn plain(detail: &str) -> String {
    match detail.rsplit_once(" at line ") {
        Some((text, _)) => text.to_owned(),
        None => detail.to_owned(),
    }
}
