//! Orders that were not begun.

use std::time::Duration;

use jiff::Timestamp;

use crate::{
    grammar::{self, Complaint},
    markup::{Line, Text},
    moment,
    rules::Rules,
};

/// It is no order.
pub(crate) fn misspelt(complaint: &Complaint, prefix: &str) -> Text {
    let mut text = Text::of(Line::new().text("I do not understand: ").marked(&complaint.message()).text("."));
    if let Some(meant) = complaint.meant() {
        text = text.line(Line::new().text("Did you mean ").code(&with_prefix(&meant, prefix)).text("?"));
    }
    if let Some(row) = complaint.topic().and_then(grammar::row) {
        text = text.line(Line::new().text("Usage: ").code(&format!("{prefix}{}", row.usage())));
    }
    let help = match complaint.topic() {
        Some(topic) => format!("{prefix}help {topic}"),
        None => format!("{prefix}help"),
    };
    text.line(Line::new().code(&help).text(" explains."))
}

/// Options have none.
fn with_prefix(meant: &str, prefix: &str) -> String {
    if meant.starts_with("--") { meant.to_owned() } else { format!("{prefix}{meant}") }
}

/// It was sent while nobody listened, or the clocks of the servers are apart.
pub(crate) fn stale(sent: Timestamp, oldest: Duration, now: Timestamp) -> Text {
    Text::of(
        Line::new()
            .text("This was sent ")
            .text(moment::at(sent, now))
            .text(format!("; I obey nothing older than {}. ", moment::length(oldest.as_secs())))
            .text("Nothing was done. Send it again if it still holds."),
    )
}

/// Too many orders of one person.
pub(crate) fn too_fast(rules: &Rules) -> Text {
    let each = moment::length(rules.refill.as_secs());
    Text::of(Line::new().text(format!(
        "Too many orders: {} in a row, then one every {each}. Nothing was done; I say this once.",
        rules.burst
    )))
}

/// Too many orders of all.
pub(crate) fn too_many() -> Text {
    Text::of(
        Line::new().text("Too many orders are being carried out. Nothing was done; send it again later."),
    )
}

/// More accounts than one person may have open.
pub(crate) fn over_quota(open: u32, wanted: u32, quota: u32) -> Text {
    Text::of(Line::new().text(format!(
        "Not done: your open tokens may still make {open} accounts, this one would add {wanted}, and {quota} is the \
         most. Revoke some, or wait until they end."
    )))
}
