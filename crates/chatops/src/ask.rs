//! Questions to brokers: the verbs of `broker-api` that a bot may use, as values.

use std::future::Future;

use broker_api::{Verb, verbs};

/// Which broker.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Broker {
    /// That of the core, which knows the accounts of staff.
    Core,
    /// That of a tenant's DMZ host, by the tenant's name.
    Tenant(String),
}

/// Whoever can carry a question to one broker.
pub trait Asker: Sync {
    /// Why there is no answer.
    type Error: Send;

    /// Asks one verb.
    fn ask<V: Verb>(
        &self,
        request: &V::Request,
    ) -> impl Future<Output = Result<V::Answer, Self::Error>> + Send
    where
        V::Request: Sync;
}

macro_rules! asks {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {
        /// A question.
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub enum Ask {$(
            $(#[$doc])*
            $name(<verbs::$name as Verb>::Request),
        )*}

        /// The answer to the question of the same name. Holds what is secret: it is not to be stored or logged.
        #[derive(Clone, PartialEq, Eq)]
        pub enum Answer {$(
            $(#[$doc])*
            $name(<verbs::$name as Verb>::Answer),
        )*}

        impl Ask {
            /// Name of the verb.
            pub fn verb(&self) -> &'static str {
                match self {$(Self::$name(_) => <verbs::$name as Verb>::NAME,)*}
            }

            /// Asks it.
            pub async fn through<A: Asker>(&self, asker: &A) -> Result<Answer, A::Error> {
                match self {$(
                    Self::$name(request) => asker.ask::<verbs::$name>(request).await.map(Answer::$name),
                )*}
            }
        }

        impl Answer {
            /// Name of the verb.
            pub fn verb(&self) -> &'static str {
                match self {$(Self::$name(_) => <verbs::$name as Verb>::NAME,)*}
            }
        }
    };
}

asks! {
    /// Issues a token.
    TokenCreate,
    /// Lists tokens.
    TokenList,
    /// Shows one token.
    TokenShow,
    /// Makes a token valid for longer.
    TokenExtend,
    /// Ends a token.
    TokenRevoke,
    /// Lists guests.
    GuestList,
    /// Shows one guest.
    GuestShow,
    /// Stops a guest for a while.
    GuestLock,
    /// Lets a locked guest in again.
    GuestUnlock,
    /// Ends an account.
    GuestDeactivate,
    /// Issues a password link.
    GuestReactivate,
    /// Ends the open password link of an account.
    PasswordLinkRevoke,
    /// Makes a room.
    RoomCreate,
    /// Invites a guest.
    RoomInvite,
    /// Lists the rooms that the broker made.
    RoomList,
    /// How closed the server is.
    Status,
    /// Whether an account may give orders right now; the only one for the core's broker.
    AccountActive,
}

impl std::fmt::Debug for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.verb())
    }
}
