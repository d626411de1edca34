//! Who asks, for the log: a hash of the access token under a key that lives as long as the program. It joins the lines of
//! one session and cannot be turned back. Names are the business of `users`.

use std::hash::{BuildHasher, RandomState};

use http::{header::AUTHORIZATION, request::Parts};

/// The key.
#[derive(Default)]
pub(crate) struct Sessions(RandomState);

impl Sessions {
    /// The hash of a request's token, if it has one.
    pub(crate) fn of(&self, head: &Parts) -> Option<String> {
        token(head).map(|token| format!("{:016x}", self.hash(token)))
    }

    /// The hash of some bytes.
    pub(crate) fn hash(&self, bytes: &[u8]) -> u64 {
        self.0.hash_one(bytes)
    }
}

/// In the header, or in the query as older clients send it (Matrix spec, Client-Server API, Using access tokens).
pub(crate) fn token(head: &Parts) -> Option<&[u8]> {
    let header = head.headers.get(AUTHORIZATION).map(http::HeaderValue::as_bytes);
    let bearer = header.and_then(|value| value.split(|byte| *byte == b' ').next_back());
    let query = || head.uri.query()?.split('&').find_map(|pair| pair.strip_prefix("access_token="));
    bearer.or_else(|| query().map(str::as_bytes))
}

#[cfg(test)]
mod tests {
    use http::Request;

    use super::Sessions;

    #[test]
    fn one_token_is_one_session_wherever_it_stands() {
        let sessions = Sessions::default();
        let head = |builder: http::request::Builder| builder.body(()).unwrap().into_parts().0;
        let header = sessions.of(&head(Request::get("/x").header("authorization", "Bearer syt_a")));
        let query = sessions.of(&head(Request::get("/x?ts=1&access_token=syt_a")));
        assert_eq!(header, query);
        assert!(!header.clone().unwrap().contains("syt"));
        assert_ne!(header, sessions.of(&head(Request::get("/x?access_token=syt_b"))));
        assert_ne!(header, Sessions::default().of(&head(Request::get("/x?access_token=syt_a"))));
        assert_eq!(sessions.of(&head(Request::get("/x"))), None);
    }
}
