//! The log of refusals: one record for each, with the person's address and hashes; no secret, no content.

use std::{net::IpAddr, sync::Arc};

use http::{HeaderValue, Method, Uri, header::AUTHORIZATION, request::Parts};
use ingress::{BodyJudge, Note};
use settings::guard::LogUsers;
use tokio_util::task::TaskTracker;

use crate::{
    refusal::Refusal,
    session::{self, Sessions},
    upstream::Failure,
    users::{Users, Whoami},
};

/// Of whom and what a log line speaks. It is written for the few requests that are refused or changed; until then here is
/// only what it is made from.
pub(crate) struct Record {
    client: IpAddr,
    pub(crate) method: Method,
    uri: Uri,
    authorization: Option<HeaderValue>,
}

/// What a log line says about a request: no secret, no content, and of the person the address and a hash.
struct Line {
    endpoint: String,
    session: Option<String>,
}

impl Record {
    pub(crate) fn of(head: &Parts, client: IpAddr) -> Self {
        Self {
            client,
            method: head.method.clone(),
            uri: head.uri.clone(),
            authorization: head.headers.get(AUTHORIZATION).cloned(),
        }
    }

    fn token(&self) -> Option<&[u8]> {
        session::token(self.authorization.as_ref(), &self.uri)
    }

    fn line(&self, sessions: &Sessions) -> Line {
        Line { endpoint: endpoint(&self.uri), session: self.token().map(|token| sessions.of(token)) }
    }

    fn refused(&self, failure: &Failure, sessions: &Sessions, user: Option<&str>) {
        let Failure { refusal, cause } = failure;
        let (Self { client, method, .. }, Line { endpoint, session }) = (self, self.line(sessions));
        let (rule, status) = (refusal.rule(), refusal.status().as_u16());
        let (room, kind) = match refusal {
            Refusal::Ruled(ruled) => (ruled.room.as_deref(), ruled.kind.as_deref()),
            _ => (None, None),
        };
        if refusal.is_ours() {
            tracing::warn!(rule, status, %client, %method, endpoint, session, cause, "refused");
        } else {
            tracing::info!(rule, status, %client, %method, endpoint, room, kind, session, user, cause, "refused");
        }
    }
}

/// Where a program writes its records.
pub(crate) struct Records<W> {
    sessions: Arc<Sessions>,
    users: Arc<Users<W>>,
    /// Lines that wait for a name are written before the program ends.
    work: TaskTracker,
}

impl<W: Whoami> Records<W> {
    /// `homeserver` knows whose a token is.
    pub(crate) fn new(homeserver: W, work: TaskTracker) -> Self {
        Self { sessions: Arc::default(), users: Arc::new(Users::new(homeserver)), work }
    }

    /// Writes the line of a refusal. It may wait for a name, the answer does not.
    pub(crate) fn refused(&self, record: Record, failure: Failure, how: LogUsers) {
        if how == LogUsers::Session || !failure.refusal.is_policy() || record.token().is_none() {
            record.refused(&failure, &self.sessions, None);
            return;
        }
        let (users, sessions) = (Arc::clone(&self.users), Arc::clone(&self.sessions));
        self.work.spawn(async move {
            let user = match record.token() {
                Some(token) => users.of(token, &sessions, how).await,
                None => None,
            };
            record.refused(&failure, &sessions, user.as_deref());
        });
    }

    /// What was changed in a body before it went on.
    pub(crate) fn changed(&self, record: &Record, judge: &BodyJudge, notes: &[Note]) {
        if notes.is_empty() {
            return;
        }
        let (Record { client, method, .. }, Line { endpoint, session }) =
            (record, record.line(&self.sessions));
        for note in notes {
            let (note, room) = (note.name(), judge.room());
            tracing::info!(note, %client, %method, endpoint, room, session, "changed");
        }
    }
}

/// The first words of a path, which name the interface; identifiers come later and what is oddly spelt is starred.
fn endpoint(uri: &Uri) -> String {
    let words = uri.path().split('/').skip(1).take(4);
    words.fold(String::new(), |path, word| path + "/" + if is_plain(word) { word } else { "*" })
}

fn is_plain(word: &str) -> bool {
    word.len() <= 24
        && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-'))
}

#[cfg(test)]
mod tests {
    use super::endpoint;

    #[test]
    fn log_lines_name_the_interface_and_no_identifier() {
        for (path, logged) in [
            ("/_matrix/client/v3/rooms/!secret:x/send?access_token=t", "/_matrix/client/v3/rooms"),
            ("/_matrix/client/v3/login", "/_matrix/client/v3/login"),
            ("/_matrix/%3Faccess_token=t/x", "/_matrix/*/x"),
            ("/!room:x/@user:x", "/*/*"),
            ("*", ""),
        ] {
            assert_eq!(endpoint(&path.parse().unwrap()), logged, "{path}");
        }
    }
}
