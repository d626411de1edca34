//! Who asks, for the log: a hash of the access token under a key that lives as long as the program. It joins the lines of
//! one session and cannot be turned back. Names are the business of `users`.

use std::hash::{BuildHasher, RandomState};

use http::{HeaderValue, Uri};

/// The key.
#[derive(Default)]
pub(crate) struct Sessions(RandomState);

impl Sessions {
    /// What the log says of a token.
    pub(crate) fn of(&self, token: &[u8]) -> String {
        format!("{:016x}", self.hash(token))
    }

    /// The hash of some bytes.
    pub(crate) fn hash(&self, bytes: &[u8]) -> u64 {
        self.0.hash_one(bytes)
    }
}

/// In the header, or in the query as older clients send it (Matrix spec, Client-Server API, Using access tokens).
pub(crate) fn token<'r>(authorization: Option<&'r HeaderValue>, uri: &'r Uri) -> Option<&'r [u8]> {
    let bearer = authorization.and_then(|value| value.as_bytes().split(|byte| *byte == b' ').next_back());
    let query = || uri.query()?.split('&').find_map(|pair| pair.strip_prefix("access_token="));
    bearer.or_else(|| query().map(str::as_bytes))
}

#[cfg(test)]
mod tests {
    use http::{HeaderValue, Uri};

    use super::{Sessions, token};

    #[test]
    fn one_token_is_one_session_wherever_it_stands() {
        let sessions = Sessions::default();
        let session = |sessions: &Sessions, header: Option<&'static str>, uri: &str| {
            let (header, uri): (_, Uri) = (header.map(HeaderValue::from_static), uri.parse().unwrap());
            token(header.as_ref(), &uri).map(|token| sessions.of(token))
        };
        let header = session(&sessions, Some("Bearer syt_a"), "/x");
        let query = session(&sessions, None, "/x?ts=1&access_token=syt_a");
        assert_eq!(header, query);
        assert!(!header.clone().unwrap().contains("syt"));
        assert_ne!(header, session(&sessions, None, "/x?access_token=syt_b"));
        assert_ne!(header, session(&Sessions::default(), None, "/x?access_token=syt_a"));
        assert_eq!(session(&sessions, None, "/x"), None);
    }
}
