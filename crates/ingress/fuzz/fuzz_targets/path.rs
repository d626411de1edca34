//! Method, target and switches: nothing that the reference of the tests forbids goes upstream, and nothing panics.
#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../../tests/verdicts/opinion.rs"]
mod opinion;
#[path = "../../tests/verdicts/policy.rs"]
mod policy;
#[allow(dead_code, reason = "one function is for the tests of the generators")]
#[path = "../../tests/verdicts/reference/mod.rs"]
mod reference;

const METHODS: [&str; 5] = ["PUT", "POST", "DELETE", "PATCH", "GET"];

fuzz_target!(|input: &[u8]| {
    let Some((first, target)) = input.split_first() else { return };
    let Ok(target) = std::str::from_utf8(target) else { return };
    let switches = ["blinding", "keys", "edits"];
    let words: Vec<&str> = switches
        .into_iter()
        .enumerate()
        .filter(|(bit, _)| first >> bit & 1 == 1)
        .map(|(_, word)| word)
        .collect();
    let method = METHODS[usize::from(first >> 3) % METHODS.len()];
    let body = br#"{"user_id":"@b:example.org","membership":"join"}"#;
    if let Err(difference) = opinion::upstream(method, target, body, &words) {
        panic!("{difference}");
    }
});
