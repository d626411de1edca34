//! Orders that were begun and did not end well. Each says whether something may have happened.

use std::time::Duration;

use jiff::Timestamp;

use crate::{
    job::Job,
    markup::{Line, Text},
    moment,
};

fn only(text: impl Into<String>) -> Text {
    Text::of(Line::new().text(text))
}

/// Nobody confirmed.
pub(crate) fn run_out(patience: Duration) -> Text {
    only(format!("Nobody confirmed within {}. Nothing was done.", moment::length(patience.as_secs())))
}

/// The question could not be said.
pub(crate) fn not_asked() -> Text {
    only("I could not ask for confirmation. Nothing was done; send it again.")
}

/// The bot's ledger is not written.
pub(crate) fn ledger_failed() -> Text {
    only(
        "Not done: I cannot write my ledger, and nothing is done that is not written down. Tell the operator.",
    )
}

/// The bot's ledger is not read.
pub(crate) fn ledger_unread() -> Text {
    only("I cannot read my ledger. Tell the operator.")
}

/// The broker is asked again.
pub(crate) fn asking_again(deadline: Timestamp, now: Timestamp) -> Text {
    only(format!(
        "The guests' server's broker gives no answer. I ask again until {}, and say here how it ends.",
        moment::at(deadline, now)
    ))
}

/// The broker did not answer to the end.
pub(crate) fn unanswered(job: &Job, may_have_acted: bool, since: Timestamp, now: Timestamp) -> Text {
    let done = job.results.iter().filter(|result| result.is_ok()).count();
    let mut line = Line::new().text(format!(
        "The guests' server's broker has given no answer since {}. I stop asking. ",
        moment::at(since, now)
    ));
    if done > 0 {
        line = line.text(format!("{done} of {} were done before. ", job.command.subjects().len()));
    }
    let line = if may_have_acted && job.command.changes() {
        line.text("Whether the rest was done is not known: look, and send the order again.")
    } else {
        line.text("The order is dropped; send it again when the alarm about the broker is over.")
    };
    Text::of(line)
}

/// What must not be done twice, and may have been done.
pub(crate) fn unknown_whether_done() -> Text {
    only(
        "The broker's answer did not reach me, so it is not known whether this was done. Look at the list before you \
          send it again.",
    )
}

/// A restart took too long.
pub(crate) fn interrupted(job: &Job) -> Text {
    let line = Line::new().text("I was stopped while I carried this out, for too long to go on now. ");
    Text::of(if job.recorded {
        line.text("It may have been done: look, and send the order again if not.")
    } else {
        line.text("Nothing was done; send the order again.")
    })
}

/// The link reached nobody.
pub(crate) fn link_not_told() -> Text {
    only(
        "I could not write to you alone, so nobody has the link. Accept my invitation to a direct chat and send the \
          order again: a newer link takes the place of this one.",
    )
}

/// The address reached nobody.
pub(crate) fn token_not_told(id: &str, ended: bool) -> Text {
    let line = Line::new().text("I could not write to you alone, so nobody has the address. Token ").code(id);
    let line = if ended {
        line.text(" was ended. Accept my invitation to a direct chat and send the order again.")
    } else {
        line.text(" could not be ended either; revoke it.")
    };
    Text::of(line)
}
