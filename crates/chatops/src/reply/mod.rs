//! What people are told.
//!
//! | file | about |
//! |---|---|
//! | `turned_away` | orders that were not begun |
//! | `prompt` | the question before something is taken away |
//! | `outcome` | orders that were begun and did not end well |
//! | `token`, `guest`, `room`, `audit`, `person`, `help` | answers |
//! | `letter` | what one person alone is told |
//! | `news` | what nobody asked for: alarms, accounts that were made, people who have left |

mod audit;
mod guest;
mod help;
mod letter;
mod news;
mod outcome;
mod person;
mod prompt;
mod room;
mod token;
mod turned_away;

pub(crate) use audit::audit;
pub(crate) use letter::letter;
pub(crate) use news::{account_left, alarm, alarm_over, issuer_left, link_issuer_left, redeemed};
pub(crate) use outcome::{
    asking_again, interrupted, ledger_failed, ledger_unread, link_not_told, not_asked, run_out,
    token_not_told, unanswered, unknown_whether_done,
};
pub(crate) use person::{inactive, reason_code, unvetted};
pub(crate) use prompt::{called_off, prompt};
pub(crate) use turned_away::{misspelt, over_quota, stale, too_fast, too_many};

use broker_api::{ErrorCode, Refusal};
use jiff::Timestamp;

use crate::{
    ask::Answer,
    command::Command,
    job::Job,
    markup::{Line, Text},
    rules::Rules,
};

/// What the broker said to everything that it was asked.
pub(crate) fn results(job: &Job, rules: &Rules, now: Timestamp) -> Text {
    match &job.command {
        Command::Help { topic } => return help::help(topic.as_deref(), &rules.prefix),
        Command::Whoami => return person::whoami(&job.order, rules),
        _ => {}
    }
    match job.results.as_slice() {
        [Ok(answer)] => whole(job, answer, rules, now),
        [Err(refusal)] => Text::of(refused(refusal)),
        several => several_results(job, several, now),
    }
}

/// An order about one thing, or a list.
fn whole(job: &Job, answer: &Answer, rules: &Rules, now: Timestamp) -> Text {
    match (answer, &job.command) {
        (Answer::TokenCreate(created), command) => {
            token::created(created, command, &job.order, &rules.prefix, now)
        }
        (Answer::TokenList(tokens), Command::TokenList { all }) => token::list(tokens, *all, now),
        (Answer::TokenShow(token), _) => token::show(token, now),
        (Answer::GuestList(guests), Command::GuestList { all }) => guest::list(guests, *all),
        (Answer::GuestShow(details), _) => guest::show(details, now),
        (Answer::GuestReactivate(link), _) => guest::link(link, &job.order, &rules.prefix, now),
        (Answer::RoomList(rooms), _) => room::list(rooms),
        (Answer::Status(status), _) => person::status(status),
        (answer, _) => Text::of(line(job, answer, now)),
    }
}

/// One thing that was done.
fn line(job: &Job, answer: &Answer, now: Timestamp) -> Line {
    match (answer, &job.command) {
        (Answer::TokenExtend(token), _) => token::extended(token, now),
        (Answer::TokenRevoke(token), _) => token::revoked(token),
        (Answer::GuestLock(guest) | Answer::GuestUnlock(guest), _) => guest::locked(guest),
        (Answer::GuestDeactivate(ended), _) => guest::deactivated(ended),
        (Answer::RoomCreate(room), _) => room::created(room),
        (Answer::RoomInvite(_), Command::RoomInvite { room, user }) => room::invited(room, user),
        _ => Line::new().text("Done."),
    }
}

/// An order about several things: a line for each.
fn several_results(job: &Job, results: &[Result<Answer, Refusal>], now: Timestamp) -> Text {
    let subjects = job.command.subjects();
    let done = results.iter().filter(|result| result.is_ok()).count();
    let lines = results.iter().zip(&subjects).map(|(result, subject)| match result {
        Ok(answer) => line(job, answer, now),
        Err(refusal) => Line::new().code(subject).text(": ").append(refused(refusal)),
    });
    Text::of(Line::new().text(format!("{done} of {} done.", subjects.len()))).list(lines.collect())
}

/// The broker's no. Its message is for people; ours says what it means where that helps.
fn refused(refusal: &Refusal) -> Line {
    let line = Line::new().text("Not done: ").said(&refusal.message).text(".");
    match refusal.code {
        ErrorCode::NotFound => line.text(" The lists show what there is."),
        ErrorCode::HomeserverFailed => line.text(" Nothing is known to have changed; try again later."),
        ErrorCode::Unverified => line.text(
            " It was begun, and looking again shows that it did not hold. Try again, and tell the operator.",
        ),
        ErrorCode::LedgerFailed => line.text(" The broker cannot write its ledger. Tell the operator."),
        ErrorCode::Unauthenticated | ErrorCode::VerbUnknown | ErrorCode::Internal => {
            line.text(" Tell the operator.")
        }
        _ => line,
    }
}

/// `1 account`, `2 accounts`.
fn counted(number: usize, word: &str) -> String {
    if number == 1 { format!("1 {word}") } else { format!("{number} {word}s") }
}
