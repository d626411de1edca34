//! What `cargo xtask bench-ingress` compares the guard with: a homeserver that does nothing, a hop that judges nothing, and
//! the same judge behind Traefik's forwardAuth. Single-threaded, as the guard.
//!
//! `bench_parts null ADDRESS SOCKET`, `bench_parts hop ADDRESS SOCKET`, `bench_parts auth ADDRESS`
#![allow(clippy::unwrap_used, clippy::panic, reason = "part of a measurement, not of a product")]

use std::{convert::Infallible, env, future::Future, io, path::PathBuf, pin::Pin, task::Poll};

use bytes::Bytes;
use http::{Method, Request, Response, StatusCode, Uri, header::CONTENT_TYPE, uri::Scheme};
use http_body::{Body as HttpBody, Frame};
use http_body_util::{BodyExt, Either, Full};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::{
    client::legacy::Client,
    rt::{TokioExecutor, TokioIo},
};
use ingress::Verdict;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpListener, UnixListener, UnixStream},
    runtime,
};
use tower_service::Service;

/// Media of the homeserver that does nothing.
const MEDIA_BYTES: usize = 32 * 1024 * 1024;
const PIECE: usize = 64 * 1024;

fn main() {
    let words: Vec<String> = env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let runtime = runtime::Builder::new_current_thread().enable_all().build().unwrap();
    match words.as_slice() {
        ["null", address, socket] => runtime.block_on(null(address, socket)),
        ["hop", address, socket] => runtime.block_on(hop(address, socket)),
        ["auth", address] => runtime.block_on(auth(address)),
        _ => panic!("null ADDRESS SOCKET, hop ADDRESS SOCKET, or auth ADDRESS"),
    }
}

/// Serves every connection of a listener by one function.
async fn serve<B, F, A>(address: &str, answer: F)
where
    F: Fn(Request<Incoming>) -> A + Clone + 'static,
    A: Future<Output = Response<B>> + 'static,
    B: HttpBody<Data = Bytes> + 'static,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    let listener = TcpListener::bind(address).await.unwrap();
    let local = tokio::task::LocalSet::new();
    local
        .run_until(async {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                stream.set_nodelay(true).unwrap();
                tokio::task::spawn_local(connection(stream, answer.clone()));
            }
        })
        .await;
}

async fn connection<S, B, F, A>(stream: S, answer: F)
where
    S: AsyncRead + AsyncWrite + Unpin + 'static,
    F: Fn(Request<Incoming>) -> A + Clone + 'static,
    A: Future<Output = Response<B>> + 'static,
    B: HttpBody<Data = Bytes> + 'static,
    B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    let service = service_fn(move |request| {
        let answer = answer.clone();
        async move { Ok::<_, Infallible>(answer(request).await) }
    });
    let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
}

// A homeserver that does nothing, on a socket and on an address.

async fn null(address: &str, socket: &str) {
    let _ = fs_err::remove_file(socket);
    let listener = UnixListener::bind(socket).unwrap();
    let local = tokio::task::LocalSet::new();
    local.spawn_local(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            tokio::task::spawn_local(connection(stream, nothing));
        }
    });
    local.run_until(serve(address, nothing)).await;
}

async fn nothing(request: Request<Incoming>) -> Response<Either<Full<Bytes>, Media>> {
    let is_media = request.uri().path().contains("/download/");
    let mut body = request.into_body();
    while let Some(Ok(_)) = body.frame().await {}
    let mut response = if is_media {
        Response::new(Either::Right(Media(MEDIA_BYTES)))
    } else {
        Response::new(Either::Left(Full::from(
            "{\"event_id\":\"$0123456789abcdef0123456789abcdef0123456789a\"}",
        )))
    };
    response.headers_mut().insert(CONTENT_TYPE, "application/json".parse().unwrap());
    response
}

/// Bytes that are not there until they are asked for.
struct Media(usize);

impl HttpBody for Media {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        static ZEROES: [u8; PIECE] = [0; PIECE];
        if self.0 == 0 {
            return Poll::Ready(None);
        }
        self.0 -= PIECE;
        Poll::Ready(Some(Ok(Frame::data(Bytes::from_static(&ZEROES)))))
    }
}

// A hop that judges nothing: the least that a process between Traefik and the socket costs.

#[derive(Clone)]
struct Connector(PathBuf);

impl Service<Uri> for Connector {
    type Response = TokioIo<UnixStream>;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = io::Result<Self::Response>> + Send>>;

    fn poll_ready(&mut self, _: &mut std::task::Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Uri) -> Self::Future {
        let path = self.0.clone();
        Box::pin(async move { Ok(TokioIo::new(UnixStream::connect(path).await?)) })
    }
}

async fn hop(address: &str, socket: &str) {
    let client = Client::builder(TokioExecutor::new())
        .set_host(false)
        .build::<_, Incoming>(Connector(PathBuf::from(socket)));
    serve(address, move |mut request| {
        let client = client.clone();
        async move {
            let mut parts = std::mem::take(request.uri_mut()).into_parts();
            parts.scheme = Some(Scheme::HTTP);
            parts.authority = Some("homeserver".parse().unwrap());
            *request.uri_mut() = Uri::from_parts(parts).unwrap();
            let Ok(answer) = client.request(request).await else {
                let mut response = Response::new(Either::Right(Full::<Bytes>::default()));
                *response.status_mut() = StatusCode::BAD_GATEWAY;
                return response;
            };
            answer.map(Either::Left)
        }
    })
    .await;
}

// The same judge, asked by Traefik's forwardAuth with the body.

async fn auth(address: &str) {
    let policy: ingress::Policy = guard::load::audit_profile().unwrap().policy;
    serve(address, move |request| {
        let policy = policy.clone();
        async move {
            let (head, body) = request.into_parts();
            let header =
                |name| head.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
            let asked = Request::builder()
                .method(header("x-forwarded-method").parse::<Method>().unwrap())
                .uri(header("x-forwarded-uri"))
                .body(())
                .unwrap();
            let body = body.collect().await.map(http_body_util::Collected::to_bytes).unwrap_or_default();
            let verdict = ingress::decide(&asked.into_parts().0, &body, &policy);
            let mut response = Response::new(Full::<Bytes>::default());
            if matches!(verdict, Verdict::Refuse(_)) {
                *response.status_mut() = StatusCode::FORBIDDEN;
            }
            response
        }
    })
    .await;
}
