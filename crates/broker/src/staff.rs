//! `rampart-broker account`: staff accounts, for whoever is root on the core (`core.accounts = "admin"`).
//!
//! It asks the homeserver itself, with the token that bootstrap left in the state folder. The running broker has no verb for
//! this: whoever reaches its socket must not be able to make a colleague. A password is made here, goes to standard output
//! once and is in no argument, file or log.

use std::{
    fmt,
    io::{self, Write},
};

use clap::Subcommand;
use daemon::program;
use settings::broker::Broker;
use tokio_util::sync::CancellationToken;
use zeroize::Zeroizing;

use crate::{
    homeserver::{Account, Failure, Homeserver},
    secret,
    state::{self, State},
    verbs::guest,
};

/// What to do with an account. A name is the part before the colon, or the whole Matrix id.
#[derive(Debug, Clone, PartialEq, Eq, Subcommand)]
pub enum Order {
    /// Make an account and print a password for the first log-in.
    Create {
        /// Its name, such as `anna`.
        name: String,
    },
    /// Replace a lost password and print the new one. Every session ends.
    Reset {
        /// Its name.
        name: String,
    },
    /// End an account for ever: logged out everywhere, out of every room. What it wrote stays.
    End {
        /// Its name.
        name: String,
    },
}

/// What was done.
pub enum Done {
    /// The account has this password.
    Password {
        /// Matrix id.
        user: String,
        /// The password.
        password: Zeroizing<String>,
    },
    /// The account has ended, and that was looked at.
    Ended {
        /// Matrix id.
        user: String,
        /// Devices that were logged in.
        sessions: u32,
        /// Rooms that were left.
        rooms: u32,
    },
}

impl fmt::Debug for Done {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Self::Password { user, .. } | Self::Ended { user, .. }) = self;
        f.debug_struct("Done").field("user", user).finish_non_exhaustive()
    }
}

/// Why it was not done.
#[derive(Debug, thiserror::Error)]
pub enum StaffError {
    /// On a DMZ host.
    #[error(
        "this is the broker of guests, who register with a token\n  help: run it on the core; `!guest` ends an account of \
         a guest"
    )]
    Guests,
    /// The name is none, of another server, or of the server itself.
    #[error(
        "`{0}` is no name of a colleague on this homeserver\n  help: lower-case letters, digits and `._=-+`, such as `anna`"
    )]
    Name(String),
    /// There is one already. Asking again must not change its password.
    #[error("{0} is there already\n  help: `rampart-broker account reset` replaces its password")]
    There(String),
    /// There is none.
    #[error("there is no account {0}")]
    Missing(String),
    /// Another password would bring it back.
    #[error("{0} has ended or is locked, and stays so\n  help: make an account of another name")]
    Stopped(String),
    /// Bootstrap has not run.
    #[error(
        "the token of the administrator is not there\n  help: `systemctl status rampart-broker` says why; be root"
    )]
    NoToken,
    /// The system fails.
    #[error("{0}")]
    System(&'static str, #[source] io::Error),
    /// The homeserver said something else.
    #[error("the homeserver did not go along: {0}")]
    Homeserver(String),
    /// Stopped before it was done.
    #[error("stopped before it was done; `account reset` gives the account another password")]
    Interrupted,
}

impl From<Failure> for StaffError {
    fn from(failure: Failure) -> Self {
        Self::Homeserver(program::chain(&failure))
    }
}

/// Carries out an order and prints what came of it.
pub async fn run(config: Broker, order: Order, stop: CancellationToken) -> Result<(), StaffError> {
    let done = tokio::select! {
        () = stop.cancelled() => return Err(StaffError::Interrupted),
        done = carry_out(&config, &order) => done?,
    };
    let text = Zeroizing::new(match &done {
        Done::Password { user, password } => format!("account:  {user}\npassword: {}\n", **password),
        Done::Ended { user, sessions, rooms } => {
            format!("account:  {user}\nended:    {sessions} devices logged out, {rooms} rooms left\n")
        }
    });
    io::stdout()
        .write_all(text.as_bytes())
        .map_err(|source| StaffError::System("it is done, but standard output is closed", source))
}

/// Carries out an order.
pub async fn carry_out(config: &Broker, order: &Order) -> Result<Done, StaffError> {
    if config.guests.is_some() {
        return Err(StaffError::Guests);
    }
    let unreadable = |source| StaffError::System("the token of the administrator cannot be read", source);
    let token = state::read(&State::new(&config.state_directory).admin_token()).map_err(unreadable)?;
    let token = token.filter(|token| !token.is_empty()).ok_or(StaffError::NoToken)?;
    let homeserver = Homeserver::new(&config.homeserver, config.upstream_timeout.as_std(), token);
    let (Order::Create { name } | Order::Reset { name } | Order::End { name }) = order;
    let user = colleague(&homeserver, name)?;
    let account = homeserver.account(&user).await?;
    match order {
        Order::Create { .. } => create(&homeserver, user, account).await,
        Order::Reset { .. } => reset(&homeserver, user, account).await,
        Order::End { .. } => {
            account.ok_or_else(|| StaffError::Missing(user.clone()))?;
            let (sessions, rooms) = guest::end(&homeserver, &user).await?;
            Ok(Done::Ended { user, sessions, rooms })
        }
    }
}

/// The Matrix id of a name, which is none of the accounts that the programs use.
fn colleague(homeserver: &Homeserver, name: &str) -> Result<String, StaffError> {
    homeserver
        .user_id(name)
        .filter(|user| !guest::is_of_the_server(user))
        .ok_or_else(|| StaffError::Name(name.to_owned()))
}

/// The route makes accounts and changes them, so one that is there is refused first.
async fn create(homeserver: &Homeserver, user: String, account: Option<Account>) -> Result<Done, StaffError> {
    if account.is_some() {
        return Err(StaffError::There(user));
    }
    let password = word()?;
    let name = user.trim_start_matches('@').split(':').next().unwrap_or_default();
    homeserver.make_account(&user, &password, name).await?;
    match homeserver.account(&user).await? {
        Some(account) if !account.deactivated && !account.admin => Ok(Done::Password { user, password }),
        _ => Err(Failure::Unverified("it made no ordinary account").into()),
    }
}

async fn reset(homeserver: &Homeserver, user: String, account: Option<Account>) -> Result<Done, StaffError> {
    let account = account.ok_or_else(|| StaffError::Missing(user.clone()))?;
    if account.deactivated || account.locked || account.erased {
        return Err(StaffError::Stopped(user));
    }
    let password = word()?;
    homeserver.set_password(&user, &password).await?;
    Ok(Done::Password { user, password })
}

fn word() -> Result<Zeroizing<String>, StaffError> {
    secret::word().map_err(|source| StaffError::System("the system gives no random bytes", source))
}
