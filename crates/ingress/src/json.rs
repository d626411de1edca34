//! JSON that every reader reads alike: no member twice, no number that canonical JSON lacks, not too deep.
//!
//! Servers disagree on the rest: which of two equal members counts, how large numbers are rounded, which encodings are
//! guessed. Tuwunel takes the last member, and for what is no canonical JSON falls back to another parser
//! (tuwunel: src/api/router/args.rs), so none of it goes on.

use std::{cell::Cell, fmt};

use serde::{
    Serialize, Serializer,
    de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor},
    ser::SerializeMap,
};

use crate::{
    rule::Rule,
    rules::{json_depth, json_duplicate, json_encoding, json_number, json_syntax},
};

/// A value. Members keep their order.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Json {
    Null,
    Bool(bool),
    Int(i64),
    Text(String),
    List(Vec<Json>),
    Map(Map),
}

/// The members of an object, in their order, each once.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Map(pub(crate) Vec<(String, Json)>);

impl Json {
    /// Reads a whole body.
    pub(crate) fn read(body: &[u8]) -> Result<Self, &'static Rule> {
        let text = std::str::from_utf8(body).map_err(|_| &json_encoding::RULE)?;
        if text.starts_with('\u{feff}') || text.contains('\0') {
            return Err(&json_encoding::RULE);
        }
        let fault = Cell::new(None);
        let mut reader = serde_json::Deserializer::from_str(text);
        let value = Seed { depth: 0, fault: &fault }.deserialize(&mut reader);
        let value = value.map_err(|_| fault.get().unwrap_or(&json_syntax::RULE))?;
        reader.end().map_err(|_| &json_syntax::RULE)?;
        Ok(value)
    }

    /// Writes it without spaces; about `length` bytes are expected.
    pub(crate) fn write(&self, length: usize) -> Result<Vec<u8>, &'static Rule> {
        let mut out = Vec::with_capacity(length);
        serde_json::to_writer(&mut out, self).map_err(|_| &json_syntax::RULE)?;
        Ok(out)
    }

    pub(crate) fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }
}

impl Map {
    pub(crate) fn get(&self, name: &str) -> Option<&Json> {
        self.0.iter().find_map(|(found, value)| (found == name).then_some(value))
    }

    pub(crate) fn get_mut(&mut self, name: &str) -> Option<&mut Json> {
        self.0.iter_mut().find_map(|(found, value)| (found == name).then_some(value))
    }

    /// Sets a member in its place, or appends it. Says whether that changed anything.
    pub(crate) fn set(&mut self, name: &str, value: Json) -> bool {
        match self.get_mut(name) {
            Some(found) if *found == value => false,
            Some(found) => {
                *found = value;
                true
            }
            None => {
                self.0.push((name.to_owned(), value));
                true
            }
        }
    }

    /// Keeps the members with these names. Returns whether others were there.
    pub(crate) fn keep(&mut self, names: &[&str]) -> bool {
        let before = self.0.len();
        self.0.retain(|(name, _)| names.contains(&name.as_str()));
        self.0.len() != before
    }

    /// Few members are compared one by one; many are sorted, so that a long body costs no quadratic time.
    fn has_twins(&self) -> bool {
        const FEW: usize = 12;
        if self.0.len() <= FEW {
            let names = self.0.iter().enumerate();
            return names
                .into_iter()
                .any(|(at, (name, _))| self.0[..at].iter().any(|(other, _)| other == name));
        }
        let mut names: Vec<&str> = self.0.iter().map(|(name, _)| name.as_str()).collect();
        names.sort_unstable();
        names.windows(2).any(|pair| pair[0] == pair[1])
    }
}

#[derive(Clone, Copy)]
struct Seed<'f> {
    depth: usize,
    /// The rule that a value breaks, which an error of serde cannot carry.
    fault: &'f Cell<Option<&'static Rule>>,
}

impl Seed<'_> {
    fn refuse<T, E: Error>(self, rule: &'static Rule) -> Result<T, E> {
        self.fault.set(Some(rule));
        Err(E::custom(rule.name))
    }

    fn deeper<E: Error>(self) -> Result<Self, E> {
        if self.depth == json_depth::DEEPEST {
            return self.refuse(&json_depth::RULE);
        }
        Ok(Self { depth: self.depth + 1, ..self })
    }

    fn int<E: Error>(self, number: Option<i64>) -> Result<Json, E> {
        match number.filter(|number| json_number::is_canonical(*number)) {
            Some(number) => Ok(Json::Int(number)),
            None => self.refuse(&json_number::RULE),
        }
    }
}

impl<'de> DeserializeSeed<'de> for Seed<'_> {
    type Value = Json;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Json, D::Error> {
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Seed<'_> {
    type Value = Json;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Json, E> {
        Ok(Json::Bool(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Json, E> {
        self.int(Some(value))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Json, E> {
        self.int(i64::try_from(value).ok())
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<Json, E> {
        self.int(None)
    }

    fn visit_str<E>(self, value: &str) -> Result<Json, E> {
        Ok(Json::Text(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Json, E> {
        Ok(Json::Text(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Json, A::Error> {
        let seed = self.deeper()?;
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(seed)? {
            list.push(item);
        }
        Ok(Json::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Json, A::Error> {
        let seed = self.deeper()?;
        let mut map = Map::default();
        while let Some(name) = members.next_key::<String>()? {
            map.0.push((name, members.next_value_seed(seed)?));
        }
        if map.has_twins() {
            return self.refuse(&json_duplicate::RULE);
        }
        Ok(Json::Map(map))
    }
}

impl Serialize for Json {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => out.serialize_unit(),
            Self::Bool(value) => out.serialize_bool(*value),
            Self::Int(value) => out.serialize_i64(*value),
            Self::Text(value) => out.serialize_str(value),
            Self::List(items) => out.collect_seq(items),
            Self::Map(map) => {
                let mut members = out.serialize_map(Some(map.0.len()))?;
                for (name, value) in &map.0 {
                    members.serialize_entry(name, value)?;
                }
                members.end()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Json;

    fn fault(text: &str) -> &'static str {
        Json::read(text.as_bytes()).unwrap_err().name
    }

    #[test]
    fn what_was_read_is_written_in_the_same_order() {
        let text = r#"{"b":[1,-2,null,true],"a":{"é\n":"\u0001😀"},"c":9007199254740991}"#;
        assert_eq!(Json::read(text.as_bytes()).unwrap().write(0).unwrap(), text.as_bytes());
    }

    #[test]
    fn escapes_are_read_before_names_are_compared() {
        assert_eq!(fault(r#"{"a":1,"\u0061":2}"#), "json_duplicate");
        let many: Vec<String> = (0..40).map(|at| format!(r#""k{at}":0"#)).collect();
        assert!(Json::read(format!("{{{}}}", many.join(",")).as_bytes()).is_ok());
        assert_eq!(fault(&format!(r#"{{{},"k7":1}}"#, many.join(","))), "json_duplicate");
        assert_eq!(fault(r#"{"a":{"b":1,"b":1}}"#), "json_duplicate");
    }

    #[test]
    fn only_canonical_numbers_exist() {
        for number in ["1.5", "1.0", "1e3", "9007199254740992", "-9007199254740992", "18446744073709551615"] {
            assert_eq!(fault(number), "json_number", "{number}");
        }
        assert_eq!(fault("1e999"), "json_syntax");
        assert!(Json::read(b"-9007199254740991").is_ok());
    }

    #[test]
    fn depth_is_bounded() {
        let nested = |depth| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        assert!(Json::read(nested(32).as_bytes()).is_ok());
        assert_eq!(fault(&nested(33)), "json_depth");
        assert_eq!(fault(&nested(100_000)), "json_depth");
    }

    #[test]
    fn other_encodings_and_trailing_text_are_refused() {
        assert_eq!(fault("\u{feff}{}"), "json_encoding");
        assert_eq!(Json::read(b"{\0}\0").unwrap_err().name, "json_encoding");
        assert_eq!(Json::read(b"\"\xff\"").unwrap_err().name, "json_encoding");
        for text in
            ["{} {}", "{},", "{'a':1}", "{\"a\":1,}", "// x\n{}", "NaN", "", "\"\\ud800\"", "+1", "01"]
        {
            assert_eq!(fault(text), "json_syntax", "{text}");
        }
    }
}
