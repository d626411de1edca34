//! The library's opinion beside the reference's. Also what the fuzz targets ask.

use http::Request;
use ingress::{Verdict, decide};

use crate::{
    policy::policy,
    reference::{self, Switches},
};

/// What goes upstream, if anything does; an error when the reference forbids it. What HTTP refuses goes nowhere.
pub(crate) fn upstream(
    method: &str,
    target: &str,
    body: &[u8],
    words: &[&str],
) -> Result<Option<Vec<u8>>, String> {
    let Ok(request) = Request::builder().method(method).uri(target).body(()) else { return Ok(None) };
    let sent = match decide(&request.into_parts().0, body, &policy(words)) {
        Verdict::Pass => body.to_vec(),
        Verdict::Rebuilt { body, .. } => body,
        Verdict::Refuse(_) => return Ok(None),
    };
    match reference::forbids(method, target, &sent, switches(words)) {
        None => Ok(Some(sent)),
        Some(why) => {
            let sent = String::from_utf8_lossy(&sent);
            Err(format!("{method} {target} {sent:?} goes upstream under {words:?}, but {why}"))
        }
    }
}

/// The switches of a policy in words.
pub(crate) fn switches<W: AsRef<str>>(words: &[W]) -> Switches {
    let has = |wanted| words.iter().any(|word| word.as_ref() == wanted);
    Switches { blinding: has("blinding"), keys: has("keys"), edits: has("edits") }
}
