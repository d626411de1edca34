//! Reading a program's configuration file.

use std::{
    io,
    path::{Path, PathBuf},
};

use fs_err as fs;
use serde::de::DeserializeOwned;

/// Why a configuration file cannot be used. The text names file, key, cause and fix.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error(
        "{}: cannot be read: {source}\n  help: check that the file exists and that the program's user may read it",
        file.display()
    )]
    Unreadable {
        /// The configuration file.
        file: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The text is not JSON.
    #[error(
        "{}: is not JSON: {source}\n  help: the file is written by `rampart render`; render again instead of editing",
        file.display()
    )]
    Syntax {
        /// The configuration file.
        file: PathBuf,
        /// Where and what.
        source: serde_json::Error,
    },
    /// A key is unknown, missing, or has a value that it cannot have.
    #[error("{}: `{key}`: {cause}\n  help: {fix}", file.display())]
    Value {
        /// The configuration file.
        file: PathBuf,
        /// Path of the key, such as `listen[0]`; `.` is the whole file.
        key: String,
        /// What is wrong.
        cause: String,
        /// What to do about it.
        fix: &'static str,
    },
}

const RENDER_AGAIN: &str =
    "correct this key where it is declared (manifest or NixOS option) and render again";

impl ConfigError {
    /// A value that is well formed but cannot be used together with the rest.
    pub fn value(file: &Path, key: impl Into<String>, cause: impl Into<String>, fix: &'static str) -> Self {
        Self::Value { file: file.to_owned(), key: key.into(), cause: cause.into(), fix }
    }
}

/// Key, cause and fix of a value that is well formed and useless.
pub type Fault = (&'static str, &'static str, &'static str);

/// The value, unless one of `faults` holds: the first that does is told.
pub fn checked<T, const N: usize>(
    file: &Path,
    value: T,
    faults: impl FnOnce(&T) -> [(bool, Fault); N],
) -> Result<T, ConfigError> {
    let found = faults(&value).into_iter().find_map(|(is_wrong, fault)| is_wrong.then_some(fault));
    match found {
        None => Ok(value),
        Some((key, cause, fix)) => Err(ConfigError::value(file, key, cause, fix)),
    }
}

/// Reads and parses `file`. Types should carry `#[serde(deny_unknown_fields)]`.
pub fn load<T: DeserializeOwned>(file: &Path) -> Result<T, ConfigError> {
    let text = fs::read_to_string(file)
        .map_err(|source| ConfigError::Unreadable { file: file.to_owned(), source })?;
    parse(file, &text)
}

/// Parses `text`; `file` only names it in errors.
pub fn parse<T: DeserializeOwned>(file: &Path, text: &str) -> Result<T, ConfigError> {
    let mut json = serde_json::Deserializer::from_str(text);
    let value = serde_path_to_error::deserialize(&mut json).map_err(|error| explain(file, error))?;
    json.end().map_err(|source| ConfigError::Syntax { file: file.to_owned(), source })?;
    Ok(value)
}

fn explain(file: &Path, error: serde_path_to_error::Error<serde_json::Error>) -> ConfigError {
    let key = error.path().to_string();
    let inner = error.into_inner();
    if inner.is_data() {
        ConfigError::value(file, key, inner.to_string(), RENDER_AGAIN)
    } else {
        ConfigError::Syntax { file: file.to_owned(), source: inner }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use serde::Deserialize;

    use super::{ConfigError, load, parse};

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "camelCase", deny_unknown_fields)]
    struct Sample {
        max_things: u32,
        doors: Vec<Door>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Door {
        port: u16,
    }

    fn complaint(text: &str) -> String {
        parse::<Sample>(Path::new("/etc/sample.json"), text).unwrap_err().to_string()
    }

    #[test]
    fn reads_a_complete_file() {
        let text = r#"{"maxThings": 3, "doors": [{"port": 80}]}"#;
        let sample: Sample = parse(Path::new("x"), text).unwrap();
        assert_eq!((sample.max_things, sample.doors[0].port), (3, 80));
    }

    #[test]
    fn an_unknown_key_is_named_with_its_path_and_the_known_ones() {
        let text = complaint(r#"{"maxThings": 3, "doors": [{"port": 1}, {"port": 2, "prot": 80}]}"#);
        assert!(text.starts_with("/etc/sample.json: `doors[1].prot`: unknown field `prot`"), "{text}");
        assert!(text.contains("`port`") && text.contains("\n  help: "), "{text}");
    }

    #[test]
    fn a_bad_value_is_named_with_its_path() {
        let text = complaint(r#"{"maxThings": 3, "doors": [{"port": 70000}]}"#);
        assert!(text.contains("`doors[0].port`: invalid value: integer `70000`"), "{text}");
    }

    #[test]
    fn a_missing_key_is_named() {
        assert!(complaint(r#"{"doors": []}"#).contains("missing field `maxThings`"));
    }

    #[test]
    fn a_key_given_twice_is_refused() {
        assert!(complaint(r#"{"maxThings":1,"maxThings":2,"doors":[]}"#).contains("duplicate field"));
    }

    #[test]
    fn text_after_the_value_is_refused() {
        let error = parse::<Sample>(Path::new("f"), r#"{"maxThings":1,"doors":[]} {}"#).unwrap_err();
        assert!(matches!(error, ConfigError::Syntax { .. }), "{error}");
    }

    #[test]
    fn a_missing_file_is_named() {
        let text = load::<Sample>(Path::new("/nonexistent/sample.json")).unwrap_err().to_string();
        assert!(text.starts_with("/nonexistent/sample.json: cannot be read"), "{text}");
    }
}
