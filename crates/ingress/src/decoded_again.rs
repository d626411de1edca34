//! What a text becomes for whoever decodes it again, and again.

use std::{borrow::Cow, iter::successors};

use percent_encoding::percent_decode_str;

/// Nobody is known to decode more often.
pub(crate) const ROUNDS: usize = 3;

/// The text after each further decoding, as long as there is something to decode.
pub(crate) fn decoded_again(text: &str) -> impl Iterator<Item = String> {
    successors(decoded(text), |text| decoded(text)).take(ROUNDS)
}

/// The text after so many further decodings, or as it is when there is nothing to decode any more.
pub(crate) fn decoded_so_often(text: &str, rounds: usize) -> Cow<'_, str> {
    decoded_again(text).take(rounds).last().map_or(Cow::Borrowed(text), Cow::Owned)
}

fn decoded(text: &str) -> Option<String> {
    text.contains('%').then(|| percent_decode_str(text).decode_utf8_lossy().into_owned())
}
