//! Configuration files that cannot be used are refused with their path, by both commands alike.

use std::{
    path::Path,
    process::{Child, Stdio},
};

use serde_json::json;

use crate::harness::{Setup, ended, program};

fn run(file: &Path) -> Child {
    program().arg("run").arg("--config").arg(file).stderr(Stdio::piped()).spawn().unwrap()
}

fn check(file: &Path) -> Child {
    program().arg("check-config").arg(file).stderr(Stdio::piped()).spawn().unwrap()
}

/// Both commands refuse the file and say `words`.
fn refused(file: &Path, words: &[&str]) {
    for child in [run(file), check(file)] {
        let (code, text) = ended(child);
        assert_eq!(code, Some(2), "{text}");
        assert!(text.starts_with(&format!("error: {}: ", file.display())), "{text}");
        assert!(text.contains("\n  help: "), "{text}");
        for word in words {
            assert!(text.contains(word), "`{word}` not in {text}");
        }
    }
}

#[test]
fn a_good_file_passes_the_check() {
    let setup = Setup::new().with_enrol_socket();
    assert_eq!(ended(check(&setup.write())), (Some(0), String::new()));
}

#[test]
fn an_unknown_key_is_named() {
    let setup = Setup::new().with("maxBodySize", 1);
    refused(&setup.write(), &["`maxBodySize`: unknown field `maxBodySize`", "`maxBodyBytes`"]);
}

#[test]
fn a_bad_value_is_named_with_its_place() {
    let setup = Setup::new().with("listen", vec!["127.0.0.1:8010", "10.77.0.1"]);
    refused(&setup.write(), &["`listen[1]`: ", "socket address"]);
    refused(&Setup::new().with("stopTimeout", "30").write(), &["`stopTimeout`: ", "`30`"]);
}

#[test]
fn a_missing_key_is_named() {
    let mut setup = Setup::new();
    setup.config.as_object_mut().unwrap().remove("maxBodyBytes");
    refused(&setup.write(), &["missing field `maxBodyBytes`"]);
}

#[test]
fn what_is_no_json_or_not_there_is_named() {
    let mut setup = Setup::new();
    setup.config = json!("x");
    refused(&setup.write(), &["invalid type: string"]);
    refused(&setup.dir.path().join("absent.json"), &["cannot be read"]);
}
