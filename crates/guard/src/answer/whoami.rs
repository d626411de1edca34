//! Whose a token is, asked of the guard in front of the homeserver: the same way that Traefik takes.

use bytes::Bytes;
use http::{
    HeaderValue, Request, Response,
    header::{AUTHORIZATION, HOST},
};
use http_body_util::Empty;
use hyper::body::Incoming;
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::{TokioExecutor, TokioTimer},
};
use settings::answer::Answer;

use crate::users::{WHOAMI, Whoami};

/// The guard.
pub(super) struct Guard {
    client: Client<HttpConnector, Empty<Bytes>>,
    /// What it is asked.
    question: String,
    /// Name of the client API.
    host: String,
}

impl Guard {
    pub(super) fn of(config: &Answer) -> Self {
        let client = Client::builder(TokioExecutor::new()).pool_timer(TokioTimer::new()).build_http();
        let question = format!("http://{}{WHOAMI}", config.guard);
        Self { client, question, host: config.self_test.client.to_string() }
    }
}

impl Whoami for Guard {
    async fn whoami(&self, authorization: HeaderValue) -> Option<Response<Incoming>> {
        let request = Request::get(&self.question)
            .header(HOST, &self.host)
            .header(AUTHORIZATION, authorization)
            .body(Empty::new())
            .ok()?;
        self.client.request(request).await.ok()
    }
}
