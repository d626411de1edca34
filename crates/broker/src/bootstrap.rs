//! `rampart-broker bootstrap`: the first administrator, and on the core the bot's account.
//!
//! The homeserver is started with an administrator whose password is a one-time credential. Here that password becomes one
//! that only the state folder knows. Everything can be repeated, and be interrupted anywhere: a new password is written down
//! before the homeserver hears of it.

use std::{io, path::Path, time::Duration};

use daemon::program;
use settings::broker::Broker;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;
use zeroize::Zeroizing;

use crate::{
    homeserver::{Failure, Homeserver},
    secret,
    state::{self, State},
};

/// Name of the administrator.
pub const ADMINISTRATOR: &str = "rampart-broker";
/// Name of the bot, which has no power on the homeserver.
pub const BOT: &str = "rampart-bot";

/// The homeserver may still be starting.
const PAUSE: Duration = Duration::from_secs(1);

/// Why there is no administrator.
#[derive(Debug, thiserror::Error)]
pub enum BootstrapError {
    /// A file of the state folder or the credential cannot be read or written.
    #[error("{file} cannot be read or written")]
    File {
        /// The file.
        file: String,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// There is no one-time password, and nothing in the state folder takes its place.
    #[error(
        "{file}: the one-time password of {ADMINISTRATOR} is missing or blank\n  help: `rampart secrets generate` makes \
         `homeserver-bootstrap`; deploy it, and restart rampart-bootstrap, tuwunel and rampart-broker, which read it at \
         their start"
    )]
    NoCredential {
        /// The file.
        file: String,
    },
    /// No password is the administrator's.
    #[error(
        "nobody can log in as {ADMINISTRATOR}: neither the stored password nor the credential is right\n  help: set its \
         password with the homeserver's own tools to the content of the credential, and run this again"
    )]
    LockedOut,
    /// The bot's password was set, and the homeserver does not take it.
    #[error(
        "{BOT} cannot log in with the password that was just set\n  help: the homeserver must let its own accounts log in \
         by password (`login_with_password`), and nobody else may change this one; then run this again"
    )]
    BotLockedOut,
    /// The account is not an administrator.
    #[error(
        "{ADMINISTRATOR} is not an administrator of the homeserver\n  help: make it one with the homeserver's own tools"
    )]
    NotAdministrator,
    /// The homeserver said something else.
    #[error("the homeserver did not go along: {0}")]
    Homeserver(String),
    /// Stopped before it was done.
    #[error("stopped before it was done; run it again")]
    Stopped,
}

impl From<Failure> for BootstrapError {
    fn from(failure: Failure) -> Self {
        Self::Homeserver(program::chain(&failure))
    }
}

/// Waits for the homeserver and does what is missing.
pub async fn run(config: Broker, stop: CancellationToken) -> Result<(), BootstrapError> {
    let timeout = config.upstream_timeout.as_std();
    let homeserver = Homeserver::new(&config.homeserver, timeout, Zeroizing::default());
    tokio::select! {
        () = stop.cancelled() => return Err(BootstrapError::Stopped),
        () = there(&homeserver) => {}
    }
    let state = State::new(&config.state_directory);
    administrator(&homeserver, &state, Path::new(&config.homeserver.bootstrap_file)).await?;
    if config.guests.is_none() {
        bot(&homeserver, &state).await?;
    }
    tracing::info!("the homeserver has its administrator");
    Ok(())
}

async fn there(homeserver: &Homeserver) {
    while let Err(Failure::Silent(error)) = homeserver.owner("nobody").await {
        tracing::info!(cause = program::chain(&error), "waiting for the homeserver");
        sleep(PAUSE).await;
    }
}

/// Leaves a token of the administrator in the state folder.
async fn administrator(
    homeserver: &Homeserver,
    state: &State,
    credential: &Path,
) -> Result<(), BootstrapError> {
    let user = format!("@{ADMINISTRATOR}:{}", homeserver.name());
    if let Some(token) = load(&state.admin_token())?
        && homeserver.owner(&token).await?.as_deref() == Some(user.as_str())
    {
        return check(homeserver, token).await;
    }
    let stored = [state.next_password(), state.admin_password()];
    for file in &stored {
        if let Some(password) = load(file)?
            && let Some(token) = homeserver.log_in(ADMINISTRATOR, &password).await?
        {
            store(&state.admin_password(), &password)?;
            store(&state.admin_token(), &token)?;
            return check(homeserver, token).await;
        }
    }
    let once = one_time(credential)?;
    let token = homeserver.log_in(ADMINISTRATOR, &once).await?.ok_or(BootstrapError::LockedOut)?;
    let password = secret::word().map_err(|source| file_error(&state.next_password(), source))?;
    store(&state.next_password(), &password)?;
    homeserver.change_password(ADMINISTRATOR, &token, &once, &password).await?;
    store(&state.admin_password(), &password)?;
    store(&state.admin_token(), &token)?;
    check(homeserver, token).await
}

/// An administrator sees the list of tokens or, where there are none, of accounts.
async fn check(homeserver: &Homeserver, token: Zeroizing<String>) -> Result<(), BootstrapError> {
    homeserver.set_token(token);
    let user = format!("@{ADMINISTRATOR}:{}", homeserver.name());
    match homeserver.account(&user).await {
        Ok(Some(account)) if account.admin => Ok(()),
        Ok(_) => Err(BootstrapError::NotAdministrator),
        Err(failure) if failure.is(http::StatusCode::FORBIDDEN) => Err(BootstrapError::NotAdministrator),
        Err(failure) => Err(failure.into()),
    }
}

/// Leaves a token of the bot in the state folder. Its password is forgotten.
async fn bot(homeserver: &Homeserver, state: &State) -> Result<(), BootstrapError> {
    let user = format!("@{BOT}:{}", homeserver.name());
    if let Some(token) = load(&state.bot_token())?
        && homeserver.owner(&token).await?.as_deref() == Some(user.as_str())
    {
        return Ok(());
    }
    let password = secret::word().map_err(|source| file_error(&state.bot_token(), source))?;
    match homeserver.account(&user).await? {
        None => homeserver.make_account(&user, &password, "Rampart").await?,
        Some(_) => homeserver.set_password(&user, &password).await?,
    }
    let token = homeserver.log_in(BOT, &password).await?.ok_or(BootstrapError::BotLockedOut)?;
    store(&state.bot_token(), &token)
}

/// What Tuwunel must be started with so that there is an administrator: writes an environment file with the content of
/// `credential` as the one-time password, 0400. At every later start the first command fails, as the account is there, which
/// is why errors are ignored (tuwunel: `admin_execute`).
pub fn environment(credential: &Path, out: &Path) -> Result<(), BootstrapError> {
    let password = one_time(credential)?;
    if let Some(odd) = unfit(&password) {
        return Err(file_error(credential, io::Error::new(io::ErrorKind::InvalidData, odd)));
    }
    let text = Zeroizing::new(format!(
        "TUWUNEL_ADMIN_EXECUTE='[\"users create-user {ADMINISTRATOR} {}\", \"users make-user-admin {ADMINISTRATOR}\"]'\n\
         TUWUNEL_ADMIN_EXECUTE_ERRORS_IGNORE=true\n",
        *password
    ));
    store(out, &text)
}

/// Why a password cannot be a word of a command in an environment file.
fn unfit(password: &str) -> Option<&'static str> {
    let plain = |byte: u8| byte.is_ascii_graphic() && !b"'\"\\#`".contains(&byte);
    if !password.bytes().all(plain) {
        return Some("it has quotes or white space");
    }
    password.starts_with('-').then_some("it begins with a dash, which Tuwunel takes for an option")
}

fn one_time(credential: &Path) -> Result<Zeroizing<String>, BootstrapError> {
    load(credential)?.ok_or_else(|| BootstrapError::NoCredential { file: credential.display().to_string() })
}

fn load(file: &Path) -> Result<Option<Zeroizing<String>>, BootstrapError> {
    let text = state::read(file).map_err(|source| file_error(file, source))?;
    Ok(text.filter(|text| !text.is_empty()))
}

fn store(file: &Path, secret: &str) -> Result<(), BootstrapError> {
    daemon::replace(file, secret.as_bytes(), 0o400).map_err(|source| file_error(file, source))
}

fn file_error(file: &Path, source: io::Error) -> BootstrapError {
    BootstrapError::File { file: file.display().to_string(), source }
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use fs_err as fs;

    use super::{BootstrapError, environment};

    #[test]
    fn the_environment_is_read_back_and_odd_passwords_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("credential");
        fs::write(&file, "a-one-time-password_1234\n").unwrap();
        let out = folder.path().join("tuwunel.env");
        environment(&file, &out).unwrap();
        let script = format!(". {}; printf %s \"$TUWUNEL_ADMIN_EXECUTE\"", out.display());
        let read = Command::new("sh").args(["-c", &script]).output().unwrap().stdout;
        let commands: Vec<String> = serde_json::from_slice(&read).unwrap();
        assert_eq!(commands[0], "users create-user rampart-broker a-one-time-password_1234");
        for odd in ["it's", "a b", "a\"b", "a\\b", "-ab"] {
            fs::write(&file, odd).unwrap();
            assert!(environment(&file, &out).is_err(), "{odd}");
        }
        for blank in ["", " \n"] {
            fs::write(&file, blank).unwrap();
            let refused = environment(&file, &out).unwrap_err();
            assert!(matches!(refused, BootstrapError::NoCredential { .. }), "{refused}");
        }
    }
}
