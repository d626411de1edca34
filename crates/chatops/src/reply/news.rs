//! What nobody asked for.

use broker_api::{
    account::Reason,
    status::Alarm,
    token::{Redeemed, Token},
};
use chat::UserId;
use jiff::Timestamp;

use super::person::because;
use crate::{
    entry::Trouble,
    markup::{Line, Text},
    moment,
    state::Standing,
};

/// Something is wrong.
pub(crate) fn alarm(trouble: Trouble) -> Text {
    Text::of(Line::new().strong("Alarm").text(": ").append(self::trouble(trouble)))
}

/// It is over.
pub(crate) fn alarm_over(standing: Standing, now: Timestamp) -> Text {
    let since = moment::at(standing.since, now);
    let line = Line::new().strong("Over").text(format!(" (it began {since}): "));
    Text::of(line.append(trouble(standing.trouble)))
}

/// Code and sentence; the page for operators says what to do by the code.
pub(super) fn trouble(trouble: Trouble) -> Line {
    let (code, sentence) = match trouble {
        Trouble::BrokerSilent => (
            "broker_silent",
            "the guests' server's broker does not answer, so nothing is known of that server",
        ),
        Trouble::CoreBrokerSilent => (
            "core_broker_silent",
            "the core's broker does not answer: nobody can give orders, and tokens and links of people who leave stay open",
        ),
        Trouble::LedgerFailed => {
            ("ledger_failed", "my ledger cannot be written, so nothing is changed until it can")
        }
        Trouble::Found(Alarm::HomeserverSilent) => {
            ("homeserver_silent", "the guests' server does not answer")
        }
        Trouble::Found(Alarm::RegistrationOpen) => (
            "registration_open",
            "the guests' server itself offers a way to an account without a token, or does not say that it asks for one",
        ),
        Trouble::Found(Alarm::SentinelMissing) => {
            ("sentinel_missing", "the token that keeps registration closed is not there")
        }
        Trouble::Found(Alarm::SpareMissing) => {
            ("spare_missing", "the second token that keeps registration closed could not be put back")
        }
        Trouble::Found(Alarm::RedemptionUnsettled) => {
            ("redemption_unsettled", "an account that was begun has not been made or given up")
        }
        Trouble::Found(Alarm::DeactivationUnsettled) => {
            ("deactivation_unsettled", "an account that should have ended has not")
        }
    };
    Line::new().code(code).text(format!(": {sentence}."))
}

/// Somebody made an account.
pub(crate) fn redeemed(token: &Token, redeemed: &Redeemed) -> Text {
    let line = Line::new()
        .code(&redeemed.user)
        .text(" made an account with token ")
        .code(&token.id)
        .text(", issued by ")
        .code(&token.issuer);
    let line = match &token.recipient {
        Some(recipient) => line.text(" for ").strong(recipient),
        None => line,
    };
    Text::of(line.text(format!(", at {}.", moment::iso(redeemed.time))))
}

/// A token was ended because its issuer has left.
pub(crate) fn issuer_left(token: &Token, reason: Option<Reason>) -> Text {
    let line = Line::new().text("I ended token ").code(&token.id);
    let line = match &token.recipient {
        Some(recipient) => line.text(" for ").strong(recipient),
        None => line,
    };
    Text::of(line.text(": ").code(&token.issuer).text(" had issued it, and ").text(because(reason)).text("."))
}

/// A link was ended because its issuer has left.
pub(crate) fn link_issuer_left(user: &str, issuer: &UserId, reason: Option<Reason>) -> Text {
    let line = Line::new().text("I ended the link that brings ").code(user).text(" back: ");
    let line = line.code(issuer.as_str()).text(" had issued it, and ").text(because(reason));
    Text::of(line.text(". The account stays as it is."))
}

/// An account of our own people was let in by somebody who has left.
pub(crate) fn account_left(user: &str, issuer: &UserId, reason: Option<Reason>, prefix: &str) -> Text {
    let line = Line::new().text("Look at ").code(user).text(", an account of our own people: ");
    let line =
        line.code(issuer.as_str()).text(" let it in, and ").text(because(reason)).text(". If it is theirs, ");
    Text::of(line.code(&format!("{prefix}guest deactivate {user}")).text(" ends it."))
}
