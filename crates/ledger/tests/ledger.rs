//! What a ledger promises: no byte changes unseen, nothing is cut off unseen, a crash loses nothing that was acknowledged.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::{
    path::{Path, PathBuf},
    sync::OnceLock,
};

use fs_err as fs;
use jiff::Timestamp;
use ledger::{Broken, Hash, Head, Key, Ledger, LedgerError, RECOVERED, records, verify};
use proptest::prelude::*;
use serde_json::json;
use tempfile::TempDir;

fn key() -> Key {
    Key::from_bytes(&[7; 32])
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + second).unwrap()
}

fn open(path: &Path) -> Result<(Ledger, ledger::Opened), LedgerError> {
    Ledger::open(path, key(), at(0), |_| ())
}

/// A ledger with `count` entries besides its checkpoints.
fn written(count: i64) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("calls.jsonl");
    let (mut ledger, _) = open(&path).unwrap();
    for n in 0..count {
        ledger.append(at(n), "token-create", &json!({ "id": format!("t{n}"), "note": "ä\n\"" })).unwrap();
    }
    (folder, path)
}

#[test]
fn what_is_written_is_read_and_verified() {
    let (_folder, path) = written(3);
    let mut kinds = Vec::new();
    records(&path, |record| kinds.push(record.kind.clone())).unwrap();
    assert_eq!(kinds, ["checkpoint", "token-create", "token-create", "token-create"]);
    let summary = verify(&path, &key().public()).unwrap();
    assert_eq!((summary.records, summary.checkpoint), (4, 1));
}

#[test]
fn another_run_goes_on_where_the_last_one_ended() {
    let (_folder, path) = written(2);
    let (mut ledger, opened) = open(&path).unwrap();
    assert_eq!((opened.records, opened.recovered), (3, None));
    assert_eq!(ledger.append(at(9), "x", &json!({})).unwrap().sequence, 5);
    assert_eq!(verify(&path, &key().public()).unwrap().checkpoint, 4);
}

#[test]
fn checkpoints_come_by_themselves() {
    let (_folder, path) = written(130);
    assert!(verify(&path, &key().public()).unwrap().checkpoint > 66);
}

#[test]
fn time_never_runs_backwards() {
    let (_folder, path) = written(9);
    let (mut ledger, _) = open(&path).unwrap();
    assert_eq!(ledger.append(at(-500), "x", &json!({})).unwrap().time, at(8));
}

#[test]
fn two_programs_cannot_write_one_ledger() {
    let (_folder, path) = written(1);
    let first = open(&path).unwrap();
    assert!(matches!(open(&path), Err(LedgerError::Io(_))));
    drop(first);
    open(&path).unwrap();
}

#[test]
fn an_interrupted_append_is_taken_off_and_said() {
    let (_folder, path) = written(2);
    let whole = fs::read(&path).unwrap();
    let half = br#"{"sequence":4,"time":"2027"#;
    fs::write(&path, [&whole, half.as_slice()].concat()).unwrap();
    assert!(matches!(
        verify(&path, &key().public()),
        Err(LedgerError::Broken { broken: Broken::Truncated, .. })
    ));
    let (_, opened) = open(&path).unwrap();
    let recovered = opened.recovered.unwrap();
    assert_eq!((recovered.bytes, recovered.hash), (half.len() as u64, Hash::of(half)));
    let mut said = 0;
    records(&path, |record| said += usize::from(record.kind == RECOVERED)).unwrap();
    assert_eq!(said, 1);
    verify(&path, &key().public()).unwrap();
}

#[test]
fn a_crash_between_record_and_head_loses_nothing() {
    let (_folder, path) = written(2);
    let behind = fs::read(Head::file(&path)).unwrap();
    let (mut ledger, _) = open(&path).unwrap();
    ledger.append(at(5), "last", &json!({})).unwrap();
    drop(ledger);
    fs::write(Head::file(&path), behind).unwrap();
    assert!(matches!(verify(&path, &key().public()), Err(LedgerError::Head { head: 3, last: 5, .. })));
    assert_eq!(open(&path).unwrap().1.records, 5);
    verify(&path, &key().public()).unwrap();
}

#[test]
fn whole_records_that_are_cut_off_are_missed() {
    let (_folder, path) = written(5);
    let text = fs::read_to_string(&path).unwrap();
    let kept: Vec<&str> = text.split_inclusive('\n').take(4).collect();
    fs::write(&path, kept.concat()).unwrap();
    assert!(matches!(verify(&path, &key().public()), Err(LedgerError::Head { head: 6, last: 4, .. })));
    assert!(matches!(open(&path), Err(LedgerError::Head { .. })));
}

#[test]
fn a_ledger_without_its_head_or_with_another_key_is_refused() {
    let (_folder, path) = written(2);
    let other = || Key::from_bytes(&[8; 32]);
    assert!(verify(&path, &other().public()).is_err());
    assert!(Ledger::open(&path, other(), at(0), |_| ()).is_err());
    fs::remove_file(Head::file(&path)).unwrap();
    assert!(matches!(verify(&path, &key().public()), Err(LedgerError::HeadUnusable { .. })));
    assert!(matches!(open(&path), Err(LedgerError::HeadUnusable { .. })));
}

#[test]
fn a_key_is_made_once_and_only_before_the_ledger() {
    let folder = tempfile::tempdir().unwrap();
    let (file, ledger) = (folder.path().join("key"), folder.path().join("l"));
    let made = Key::load_or_make(&file, &ledger).unwrap().public();
    assert_eq!(Key::load_or_make(&file, &ledger).unwrap().public(), made);
    fs::write(&ledger, "").unwrap();
    fs::remove_file(&file).unwrap();
    assert!(matches!(Key::load_or_make(&file, &ledger), Err(LedgerError::Key { .. })));
    assert!(!format!("{:?}", key()).contains('7'));
}

/// A ledger of four entries and its head, made once: signing is slow without optimisation.
fn sample() -> &'static (Vec<u8>, Vec<u8>) {
    static SAMPLE: OnceLock<(Vec<u8>, Vec<u8>)> = OnceLock::new();
    SAMPLE.get_or_init(|| {
        let (_folder, path) = written(4);
        (fs::read(&path).unwrap(), fs::read(Head::file(&path)).unwrap())
    })
}

fn placed() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("calls.jsonl");
    fs::write(&path, &sample().0).unwrap();
    fs::write(Head::file(&path), &sample().1).unwrap();
    (folder, path)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    /// One byte, changed anywhere in the ledger or its head, is found. So is one that is taken out or put in.
    #[test]
    fn one_changed_byte_is_found(
        place in any::<prop::sample::Index>(),
        byte in any::<u8>(),
        how in 0..3,
        in_head in prop::bool::weighted(0.2),
    ) {
        let (_folder, path) = placed();
        let file = if in_head { Head::file(&path) } else { path.clone() };
        let before = fs::read(&file).unwrap();
        let mut text = before.clone();
        let at = place.index(text.len());
        match how {
            0 => text[at] = byte,
            1 => { text.remove(at); }
            _ => text.insert(at, byte),
        }
        prop_assume!(text != before);
        fs::write(&file, text).unwrap();
        prop_assert!(verify(&path, &key().public()).is_err());
    }

    /// Wherever a crash breaks the last append off, the next start goes on and loses only that record.
    #[test]
    fn a_crash_in_the_last_line_is_recovered(place in any::<prop::sample::Index>()) {
        let (_folder, path) = placed();
        let whole = fs::read(&path).unwrap();
        let line = br#"{"sequence":6,"time":"2027-01-15T08:00:07Z","previous":"00","kind":"lost","entry":{}}"#;
        let part = &line[..place.index(line.len())];
        fs::write(&path, [&whole, part].concat()).unwrap();
        let (_, opened) = open(&path).unwrap();
        prop_assert_eq!(opened.records, 5);
        prop_assert_eq!(opened.recovered.map_or(0, |recovered| recovered.bytes), part.len() as u64);
        verify(&path, &key().public()).unwrap();
    }
}
