//! Numbers for Prometheus, and other pages for whoever is on this machine, over HTTP.

use std::{convert::Infallible, future::Future, io, net::SocketAddr, sync::Arc, time::Duration};

use http::{Method, Response, StatusCode, header::CONTENT_TYPE};
use http_body_util::Full;
use hyper::{body::Bytes, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::Semaphore,
    time::{sleep, timeout},
};

/// Readers at once; a scraper is one.
const READERS: usize = 8;
/// How long one may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// Out of file descriptors: a pause lets connections end.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);
/// `OpenMetrics` 1.0, which is what `prometheus-client` writes.
pub const FORMAT: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// The path of numbers.
pub const PATH: &str = "/metrics";

/// Where the page is.
pub struct Page(TcpListener);

impl Page {
    /// Listens on an address.
    pub async fn open(address: SocketAddr) -> io::Result<Self> {
        TcpListener::bind(address).await.map(Self)
    }

    /// The address, with the port that the system has chosen for 0.
    pub fn place(&self) -> io::Result<SocketAddr> {
        self.0.local_addr()
    }

    /// Serves numbers alone until it is dropped; `write` makes their text.
    pub async fn serve<F, W>(self, write: F)
    where
        F: Fn() -> W + Send + Sync + 'static,
        W: Future<Output = String> + Send,
    {
        let write = Arc::new(write);
        self.serve_each(move |path| {
            let write = Arc::clone(&write);
            async move { if path == PATH { Some((FORMAT, write().await)) } else { None } }
        })
        .await;
    }

    /// Serves until it is dropped; `write` makes the type and the text of what is at a path.
    pub async fn serve_each<F, W>(self, write: F)
    where
        F: Fn(String) -> W + Send + Sync + 'static,
        W: Future<Output = Option<(&'static str, String)>> + Send,
    {
        let (write, room) = (Arc::new(write), Arc::new(Semaphore::new(READERS)));
        loop {
            let Ok((stream, _)) = self.0.accept().await else {
                sleep(ACCEPT_PAUSE).await;
                continue;
            };
            // Beyond the room a reader is just closed.
            if let Ok(place) = Arc::clone(&room).try_acquire_owned() {
                let write = Arc::clone(&write);
                tokio::spawn(async move {
                    let _ = timeout(PATIENCE, answer(stream, &*write)).await;
                    drop(place);
                });
            }
        }
    }
}

/// One request, then the end.
async fn answer<F, W>(stream: TcpStream, write: &F)
where
    F: Fn(String) -> W,
    W: Future<Output = Option<(&'static str, String)>>,
{
    let service = service_fn(|request: hyper::Request<hyper::body::Incoming>| async move {
        let is_read = request.method() == Method::GET;
        let shown = if is_read { write(request.uri().path().to_owned()).await } else { None };
        let mut response = Response::new(Full::<Bytes>::default());
        if let Some((kind, text)) = shown {
            *response.body_mut() = Full::from(text);
            response.headers_mut().insert(CONTENT_TYPE, http::HeaderValue::from_static(kind));
        } else {
            *response.status_mut() = StatusCode::NOT_FOUND;
        }
        Ok::<_, Infallible>(response)
    });
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(PATIENCE).keep_alive(false);
    // A reader that goes away has lost its page, and nobody else anything.
    let _ = http.serve_connection(TokioIo::new(stream), service).await;
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        net::TcpStream,
        time::timeout,
    };

    use super::Page;

    async fn ask(page: Page, request: &str) -> String {
        let place = page.place().unwrap();
        let serving = tokio::spawn(page.serve(|| async { "rampart_x 1\n".to_owned() }));
        let mut stream = TcpStream::connect(place).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut text = String::new();
        timeout(Duration::from_secs(10), stream.read_to_string(&mut text)).await.unwrap().unwrap();
        serving.abort();
        text
    }

    async fn page() -> Page {
        Page::open("127.0.0.1:0".parse().unwrap()).await.unwrap()
    }

    #[tokio::test]
    async fn the_page_is_at_one_path() {
        let text = ask(page().await, "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n").await;
        assert!(text.starts_with("HTTP/1.1 200 OK\r\n") && text.ends_with("\r\n\r\nrampart_x 1\n"), "{text}");
        for request in ["GET / HTTP/1.1", "POST /metrics HTTP/1.1"] {
            let text = ask(page().await, &format!("{request}\r\nHost: x\r\n\r\n")).await;
            assert!(text.starts_with("HTTP/1.1 404 Not Found\r\n"), "{text}");
        }
    }
}
