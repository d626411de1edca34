//! All stages over one `fleet.toml`: no panic, and every complaint has a place and a help.
#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../../crates/xtask/src/fuzz/subject.rs"]
#[allow(dead_code, reason = "what counts runs is not needed here: libFuzzer's panic hook ends the process")]
mod subject;

fuzz_target!(|manifest: &[u8]| {
    if let Err(fault) = subject::judge(manifest) {
        panic!("{fault}");
    }
});
