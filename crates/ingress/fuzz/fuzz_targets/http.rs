//! Bytes from the network, through the guard's own HTTP front, gate and desk: nothing that the reference of the tests
//! forbids goes upstream, the request line is read as it stands, and nothing panics.
#![no_main]

use std::sync::LazyLock;

use guard::{
    judge::{self, Outcome},
    load,
};
use libfuzzer_sys::fuzz_target;
use settings::guard::Guard;
use tokio::runtime::{Builder, Runtime};

#[path = "../../tests/verdicts/opinion.rs"]
#[allow(dead_code, reason = "the switches of this policy are all off")]
mod opinion;
#[path = "../../tests/verdicts/policy.rs"]
mod policy;
#[allow(dead_code, reason = "one function is for the tests of the generators")]
#[path = "../../tests/verdicts/reference/mod.rs"]
mod reference;

static CONFIG: LazyLock<Guard> = LazyLock::new(|| load::audit_profile().unwrap());

thread_local! {
    static RUNTIME: Runtime = Builder::new_current_thread().enable_time().build().unwrap();
}

/// Method and target as the bytes have them, and what stands behind the head.
fn read(raw: &[u8]) -> Option<(&str, &str, &[u8])> {
    // RFC 9112, section 2.2: empty lines before the request line are skipped, a bare LF may end a line.
    let start = raw.iter().position(|byte| !matches!(byte, b'\r' | b'\n'))?;
    let raw = &raw[start..];
    let end = raw.iter().position(|byte| *byte == b'\n')?;
    let line = std::str::from_utf8(raw[..end].strip_suffix(b"\r").unwrap_or(&raw[..end])).ok()?;
    let (method, target) = line.strip_suffix(" HTTP/1.1")?.split_once(' ')?;
    if target.contains(' ') {
        return None;
    }
    let mut behind = &raw[end + 1..];
    loop {
        let end = behind.iter().position(|byte| *byte == b'\n')?;
        let line = &behind[..end];
        behind = &behind[end + 1..];
        if line.is_empty() || line == b"\r" {
            return Some((method, target, behind));
        }
    }
}

fuzz_target!(|raw: &[u8]| {
    let outcome = RUNTIME.with(|runtime| runtime.block_on(judge::judge(&CONFIG, raw))).unwrap();
    let Outcome::Passes { judged, .. } = outcome else { return };
    let Some((method, target, behind)) = read(raw) else { panic!("passes, and its request line cannot be read") };
    let sent: &[u8] = judged.as_ref().map_or(behind, |(body, _)| body);
    if let Some(why) = reference::forbids(method, target, sent, opinion::switches::<&str>(&[])) {
        panic!("{method} {target} goes upstream, but {why}");
    }
});
