//! Making an account, in an order that burns nothing on a mistake.

use broker::client::{Client, ClientError};
use broker_api::{
    ErrorCode,
    page::{Begin, End, Lookup, Outcome},
    token::State,
    verbs,
};

use crate::{
    form::Mistake,
    register::{Fault, Register, Wish},
};

/// How it ended.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    /// There is an account.
    Made(String),
    /// It can be corrected; nothing is spent.
    Mistake(Mistake),
    /// The token is not good for it.
    State(State),
    /// Nothing was done; the token is as it was.
    Trouble,
    /// It may have been done.
    Unsure,
}

const NAME_TAKEN: Ending = Ending::Mistake(("username", "name_taken"));
const NAME_INVALID: Ending = Ending::Mistake(("username", "name_invalid"));
const PASSWORD_REFUSED: Ending = Ending::Mistake(("password", "password_refused"));

/// What the token is good for.
pub(crate) async fn look_up(broker: &Client, token: &str) -> Result<State, ClientError> {
    Ok(broker.ask::<verbs::Lookup>(&Lookup { token: token.to_owned() }).await?.state)
}

/// Makes the account. Must run to its end once begun: whoever calls this gives it a task of its own.
pub(crate) async fn enrol(broker: &Client, register: &Register, wish: &Wish<'_>, token: &str) -> Ending {
    match look_up(broker, token).await {
        Ok(State::Valid) => {}
        Ok(state) => return Ending::State(state),
        Err(error) => return trouble(&error),
    }
    let session = match register.open(wish).await {
        Ok(session) => session,
        Err(fault) => return before(fault),
    };
    let request = Begin { token: token.to_owned(), username: wish.username.to_owned() };
    let begun = match broker.ask::<verbs::RedeemBegin>(&request).await {
        Ok(begun) => begun,
        Err(error) => return refused(&error),
    };
    let made = register.finish(wish, &session, token).await;
    let outcome = match made {
        Ok(()) => Outcome::Made,
        Err(Fault::Unknown) => Outcome::Unknown,
        Err(_) => Outcome::Refused,
    };
    let end = End { redemption: begun.redemption, outcome };
    let ended = broker.ask::<verbs::RedeemEnd>(&end).await;
    match (ended, made) {
        (Ok(ended), made) => match (ended.user, made) {
            (Some(user), _) => Ending::Made(user),
            (None, Err(Fault::Unknown) | Ok(())) => Ending::Unsure,
            (None, Err(fault)) => after(fault),
        },
        // The account is there even if the broker did not hear of it; it will look.
        (Err(error), made) => {
            tracing::warn!(cause = daemon::program::chain(&error), "the broker did not hear how it ended");
            if made.is_ok() { Ending::Unsure } else { Ending::Trouble }
        }
    }
}

/// The homeserver's word before anything was reserved.
fn before(fault: Fault) -> Ending {
    match fault {
        Fault::NameTaken => NAME_TAKEN,
        Fault::NameInvalid => NAME_INVALID,
        Fault::PasswordRefused => PASSWORD_REFUSED,
        Fault::Open => {
            tracing::error!("the homeserver lets people register without a token; no account is made here");
            Ending::Trouble
        }
        Fault::TokenRefused | Fault::Failed | Fault::Unknown => Ending::Trouble,
    }
}

/// The homeserver's word about the token or the account, when there is none.
fn after(fault: Fault) -> Ending {
    match fault {
        Fault::NameTaken => NAME_TAKEN,
        Fault::NameInvalid => NAME_INVALID,
        Fault::PasswordRefused => PASSWORD_REFUSED,
        Fault::TokenRefused | Fault::Failed | Fault::Open | Fault::Unknown => Ending::Trouble,
    }
}

fn refused(error: &ClientError) -> Ending {
    match error.code() {
        Some(ErrorCode::NameTaken) => NAME_TAKEN,
        Some(ErrorCode::NameInvalid) => NAME_INVALID,
        Some(ErrorCode::TokenUsed) => Ending::State(State::Used),
        Some(ErrorCode::TokenExpired) => Ending::State(State::Expired),
        Some(ErrorCode::TokenRevoked) => Ending::State(State::Revoked),
        Some(ErrorCode::TokenBusy) => Ending::State(State::Busy),
        Some(ErrorCode::NotFound) => Ending::State(State::Unknown),
        _ => trouble(error),
    }
}

pub(crate) fn trouble(error: &ClientError) -> Ending {
    tracing::warn!(cause = daemon::program::chain(error), "the broker gave no answer");
    Ending::Trouble
}
