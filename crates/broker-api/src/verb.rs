//! The closed list of verbs.

use serde::{Serialize, de::DeserializeOwned};

use crate::{Nothing, account, guest, page, room, status, token};

/// Something that the broker can be asked: `POST /v1/<NAME>`.
pub trait Verb {
    /// Last part of the path.
    const NAME: &'static str;
    /// Who may ask.
    const CALLER: Caller;
    /// JSON body of the request.
    type Request: Serialize + DeserializeOwned + Send;
    /// JSON body of the answer.
    type Answer: Serialize + DeserializeOwned + Send;
}

/// Who may use a verb.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Caller {
    /// The bot, through the tunnel address of a DMZ host.
    Bot,
    /// The enrolment page, through the socket of a DMZ host.
    Page,
    /// The bot, through the socket of the core.
    Core,
}

macro_rules! verbs {
    ($($(#[$doc:meta])* $name:ident $path:literal $caller:ident: $request:ty => $answer:ty;)*) => {
        $(
            $(#[$doc])*
            #[derive(Debug, Clone, Copy)]
            pub enum $name {}

            impl Verb for $name {
                const NAME: &'static str = $path;
                const CALLER: Caller = Caller::$caller;
                type Request = $request;
                type Answer = $answer;
            }
        )*

        /// Name and caller of every verb.
        pub fn all() -> &'static [(&'static str, Caller)] {
            &[$(($path, Caller::$caller)),*]
        }
    };
}

/// One type for each verb; they are never made, they only name.
pub mod verbs {
    use super::{Caller, Nothing, Verb, account, guest, page, room, status, token};

    verbs! {
        /// Issues a token.
        TokenCreate "token-create" Bot: token::Create => token::Created;
        /// Lists tokens.
        TokenList "token-list" Bot: token::List => token::Tokens;
        /// Shows one token.
        TokenShow "token-show" Bot: token::Show => token::Token;
        /// Makes a token valid for longer.
        TokenExtend "token-extend" Bot: token::Extend => token::Token;
        /// Ends a token.
        TokenRevoke "token-revoke" Bot: token::Revoke => token::Token;
        /// Lists guests.
        GuestList "guest-list" Bot: Nothing => guest::Guests;
        /// Shows one guest.
        GuestShow "guest-show" Bot: guest::Show => guest::Details;
        /// Stops a guest for a while.
        GuestLock "guest-lock" Bot: guest::Order => guest::Guest;
        /// Lets a locked guest in again.
        GuestUnlock "guest-unlock" Bot: guest::Order => guest::Guest;
        /// Ends an account: sessions end, rooms are left, and both are verified.
        GuestDeactivate "guest-deactivate" Bot: guest::Order => guest::Deactivated;
        /// Issues a link with which a guest sets a new password, which brings the account back.
        GuestReactivate "guest-reactivate" Bot: guest::Reactivate => guest::PasswordLink;
        /// Ends the open password link of an account.
        PasswordLinkRevoke "password-link-revoke" Bot: guest::Order => Nothing;
        /// Makes a room.
        RoomCreate "room-create" Bot: room::Create => room::Room;
        /// Invites a guest into a room.
        RoomInvite "room-invite" Bot: room::Invite => Nothing;
        /// Lists the rooms that the broker made.
        RoomList "room-list" Bot: Nothing => room::Rooms;
        /// How closed the server is.
        Status "status" Bot: Nothing => status::Status;
        /// What a token is good for.
        Lookup "lookup" Page: page::Lookup => page::Found;
        /// Reserves one use of a token for one user name.
        RedeemBegin "redeem-begin" Page: page::Begin => page::Begun;
        /// Says how it went.
        RedeemEnd "redeem-end" Page: page::End => page::Ended;
        /// What a password link is good for.
        PasswordLinkLookup "password-link-lookup" Page: page::LinkLookup => page::LinkFound;
        /// Sets the password.
        PasswordLinkRedeem "password-link-redeem" Page: page::LinkRedeem => page::LinkRedeemed;
        /// Whether an account may give orders right now.
        AccountActive "account-active" Core: account::Active => account::Activity;
    }
}

pub use verbs::all;
