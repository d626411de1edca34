//! Setting a password with a link.

use broker::client::{Client, ClientError};
use broker_api::{
    ErrorCode,
    page::{LinkFound, LinkLookup, LinkRedeem},
    token::State,
    verbs,
};

use crate::enrolling::{Ending, trouble};

/// What the link is good for.
pub(crate) async fn look_up(broker: &Client, link: &str) -> Result<LinkFound, ClientError> {
    broker.ask::<verbs::PasswordLinkLookup>(&LinkLookup { link: link.to_owned() }).await
}

/// Sets the password.
pub(crate) async fn set(broker: &Client, link: &str, password: &str) -> Ending {
    let redeem = LinkRedeem { link: link.to_owned(), password: password.to_owned() };
    match broker.ask::<verbs::PasswordLinkRedeem>(&redeem).await {
        Ok(done) => Ending::Made(done.user),
        Err(error) => match error.code() {
            Some(ErrorCode::PasswordRefused) => Ending::Mistake(("password", "password_refused")),
            Some(ErrorCode::TokenUsed) => Ending::State(State::Used),
            Some(ErrorCode::TokenExpired) => Ending::State(State::Expired),
            Some(ErrorCode::TokenRevoked) => Ending::State(State::Revoked),
            Some(ErrorCode::NotFound) => Ending::State(State::Unknown),
            _ => trouble(&error),
        },
    }
}
