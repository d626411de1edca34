//! The session: whose token it is, and which errors mean what.

use std::{path::Path, time::Duration};

use backon::Retryable as _;
use chat::ChatError;
use fs_err as fs;
use matrix_sdk::{
    Client, ClientBuildError, HttpError, SessionMeta, SessionTokens,
    authentication::matrix::MatrixSession,
    config::RequestConfig,
    reqwest,
    ruma::{
        OwnedDeviceId, OwnedUserId,
        api::error::{ErrorKind, RetryAfter},
    },
};
use settings::bot::Bot;
use zeroize::Zeroizing;

use super::backoff;

/// Longest time for an answer of the homeserver. A sync may wait for news for as long on top.
const PATIENCE: Duration = Duration::from_secs(30);

/// Why the bot cannot go on. Whatever passes is waited for instead.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// The token cannot be read.
    #[error(
        "the token of the bot's account cannot be read\n  help: restart `rampart-broker`, whose bootstrap leaves it"
    )]
    Token(#[source] std::io::Error),
    /// The token is nobody's.
    #[error(
        "the homeserver does not know the token of the bot's account\n  help: restart `rampart-broker`, whose bootstrap \
         leaves a new one, and then the bot"
    )]
    TokenUnknown,
    /// The token is somebody else's.
    #[error(
        "the token is that of {found}, not of {wanted}\n  help: restart `rampart-broker`, whose bootstrap leaves the right one"
    )]
    Somebody {
        /// Whose it is.
        found: String,
        /// Whose it should be.
        wanted: String,
    },
    /// The SDK cannot be set up.
    #[error("the Matrix client cannot be set up")]
    Setup(#[source] Box<ClientBuildError>),
    /// Something below it cannot be set up.
    #[error("the Matrix client cannot be set up")]
    Http(#[from] reqwest::Error),
    /// The SDK cannot go on.
    #[error("the Matrix client cannot go on")]
    Sdk(#[source] Box<matrix_sdk::Error>),
    /// The homeserver refuses what the bot cannot be without.
    #[error("the homeserver refuses {what}")]
    Refused {
        /// What.
        what: String,
        /// How.
        #[source]
        source: ChatError,
    },
}

/// A session.
#[derive(Debug, Clone)]
pub(crate) struct Link {
    pub(crate) client: Client,
    pub(crate) me: OwnedUserId,
}

impl Link {
    /// Opens the session, and waits for the homeserver to say whose it is.
    pub(crate) async fn open(config: &Bot) -> Result<Self, Fault> {
        let token = fs::read_to_string(Path::new(&config.token_file)).map_err(Fault::Token)?;
        let token = Zeroizing::new(token.trim().to_owned());
        let client = client(config).await?;
        let wanted = config.user.as_str();
        let me = OwnedUserId::try_from(wanted)
            .map_err(|_| Fault::Somebody { found: "nobody".to_owned(), wanted: wanted.to_owned() })?;
        let session = MatrixSession {
            // The device only matters for encryption, and the homeserver knows it by the token.
            meta: SessionMeta { user_id: me.clone(), device_id: OwnedDeviceId::from("rampart-bot") },
            tokens: SessionTokens { access_token: token.to_string(), refresh_token: None },
        };
        client.restore_session(session).await.map_err(|error| Fault::Sdk(Box::new(error)))?;
        let whoami = || async { client.whoami().await.map_err(|error| sort(&error)) };
        let found = whoami
            .retry(backoff())
            .when(ChatError::is_passing)
            .notify(|error, pause| tracing::info!(%error, ?pause, "waiting for the homeserver"))
            .await
            .map_err(|source| refused("to say whose the token is", source))?;
        if found.user_id != me {
            return Err(Fault::Somebody { found: found.user_id.to_string(), wanted: wanted.to_owned() });
        }
        Ok(Self { client, me })
    }
}

/// No proxy, no redirect, no certificates: the homeserver is asked by its address in the tunnel.
async fn client(config: &Bot) -> Result<Client, Fault> {
    let http = reqwest::Client::builder()
        .user_agent("rampart-bot")
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .tls_certs_only([])
        .http1_only()
        .build()?;
    let request = RequestConfig::new().disable_retry().timeout(PATIENCE);
    let builder = Client::builder().homeserver_url(format!("http://{}", config.homeserver));
    let client = builder.http_client(http).request_config(request).build().await;
    client.map_err(|error| Fault::Setup(Box::new(error)))
}

/// An error that does not pass, of something without which there is no bot.
pub(crate) fn refused(what: &str, source: ChatError) -> Fault {
    match source {
        ChatError::Refused(code) if code == "M_UNKNOWN_TOKEN" || code == "M_MISSING_TOKEN" => {
            Fault::TokenUnknown
        }
        source => Fault::Refused { what: what.to_owned(), source },
    }
}

/// What an error of the SDK means.
pub(crate) fn sort_sdk(error: &matrix_sdk::Error) -> ChatError {
    match error {
        matrix_sdk::Error::Http(error) => sort(error),
        error => ChatError::Refused(error.to_string()),
    }
}

/// What an error of a request means. No answer, or half of one, passes; so do errors of the server itself.
pub(crate) fn sort(error: &HttpError) -> ChatError {
    let Some(answer) = error.as_client_api_error() else {
        return match error {
            HttpError::IntoHttp(error) => ChatError::Refused(error.to_string()),
            _ => ChatError::Unreachable,
        };
    };
    match answer.error_kind() {
        Some(ErrorKind::LimitExceeded(limit)) => {
            let after = match limit.retry_after {
                Some(RetryAfter::Delay(after)) => Some(after),
                _ => None,
            };
            ChatError::RateLimited { after }
        }
        Some(ErrorKind::Forbidden) => ChatError::Forbidden,
        _ if answer.status_code.is_server_error() => ChatError::Unreachable,
        Some(kind) => ChatError::Refused(kind.errcode().to_string()),
        None => ChatError::Refused(answer.status_code.to_string()),
    }
}
