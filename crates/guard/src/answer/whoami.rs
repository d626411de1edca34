//! Whose a token is, asked of the guard in front of the homeserver: the same way that Traefik takes.

use std::net::SocketAddr;

use bytes::Bytes;
use http::{
    HeaderValue, Request, Uri,
    header::{AUTHORIZATION, HOST},
    uri::Scheme,
};
use http_body_util::{BodyExt, Empty, Limited};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::{TokioExecutor, TokioTimer},
};
use settings::answer::Answer;

use crate::users::{ANSWER_BYTES, WHOAMI, Whoami};

/// The guard.
pub(super) struct Guard {
    client: Client<HttpConnector, Empty<Bytes>>,
    address: SocketAddr,
    /// Name of the client API.
    host: String,
}

impl Guard {
    pub(super) fn of(config: &Answer) -> Self {
        let client = Client::builder(TokioExecutor::new()).pool_timer(TokioTimer::new()).build_http();
        Self { client, address: config.guard, host: config.self_test.client.to_string() }
    }
}

impl Whoami for Guard {
    async fn whoami(&self, authorization: HeaderValue) -> Option<Bytes> {
        let authority = self.address.to_string();
        let uri = Uri::builder().scheme(Scheme::HTTP).authority(authority).path_and_query(WHOAMI);
        let request = Request::get(uri.build().ok()?)
            .header(HOST, &self.host)
            .header(AUTHORIZATION, authorization)
            .body(Empty::new())
            .ok()?;
        let answer = self.client.request(request).await.ok()?;
        Some(Limited::new(answer.into_body(), ANSWER_BYTES).collect().await.ok()?.to_bytes())
    }
}
