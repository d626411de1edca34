//! `rampart-guard survey`: what is already there when the audit profile is switched on. The profile binds what is made from
//! then on; rooms that are encrypted, that lack the lock or have another version stay as they are, and administrators stand
//! above it.
//!
//! Read through the homeserver's admin API on its socket, which Tuwunel 1.9 and Synapse have under the same paths.

mod admin_api;
mod findings;

use std::{io, path::Path};

use settings::guard::Guard;

pub use self::findings::{Room, Survey};
use self::{
    admin_api::{AdminApi, Page},
    findings::look,
};

/// Why there is no survey.
#[derive(Debug, thiserror::Error)]
pub enum SurveyError {
    /// The socket or the connection.
    #[error("{path}: the homeserver did not answer")]
    Unreachable {
        /// What was asked.
        path: String,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// HTTP itself.
    #[error("{path}: the answer broke off")]
    Broken {
        /// What was asked.
        path: String,
        /// What happened.
        #[source]
        source: hyper::Error,
    },
    /// The homeserver refuses.
    #[error("{path}: {status} {errcode}\n  help: {help}")]
    Refused {
        /// What was asked.
        path: String,
        /// HTTP status.
        status: u16,
        /// Matrix error code, or nothing.
        errcode: String,
        /// What to do.
        help: &'static str,
    },
    /// The answer is not what these servers say.
    #[error("{path}: the answer cannot be read: {cause}")]
    Unreadable {
        /// What was asked.
        path: String,
        /// What is wrong with it.
        cause: String,
    },
    /// The token.
    #[error("{file}: {cause}\n  help: the file holds an administrator's access token and nothing else")]
    Token {
        /// The file.
        file: String,
        /// What is wrong with it.
        cause: String,
    },
}

/// Looks through the homeserver behind the guard.
pub async fn survey(config: &Guard, token: &Path) -> Result<Survey, SurveyError> {
    let api = AdminApi::new(&config.upstream_socket, &read_token(token)?);
    let mut found = Survey::default();
    let mut page = Page::first();
    while let Some(next) = page {
        let (rooms, following) = api.rooms(next).await?;
        for room in rooms {
            let state = api.state(&room.room_id).await?;
            look(&mut found, &room, &state, config.policy.room_version.as_str());
        }
        page = following;
    }
    let mut page = Page::first();
    while let Some(next) = page {
        let (users, following) = api.administrators(next).await?;
        found.administrators.extend(users);
        page = following;
    }
    found.administrators.sort_unstable();
    found.administrators.dedup();
    Ok(found)
}

/// The token, which is in no argument and no message.
fn read_token(file: &Path) -> Result<String, SurveyError> {
    let failed = |cause: String| SurveyError::Token { file: file.display().to_string(), cause };
    let text = fs_err::read_to_string(file).map_err(|error| failed(error.to_string()))?;
    let token = text.trim();
    if token.is_empty() || !token.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(failed("there is no token in it".to_owned()));
    }
    Ok(token.to_owned())
}
