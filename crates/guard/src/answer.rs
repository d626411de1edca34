//! The program `rampart-answer`, beside Traefik: what a deny router takes is refused here, by the same rules and in the
//! same words as by the guard. It passes nothing on, and asks the guard only whose a token is, for its log. It also has the
//! discovery documents: those of a DMZ host, and on a gateway for the time in which steering is away. Whatever else it is
//! asked, the answer is a refusal.

mod numbers;
pub mod selftest;
mod whoami;

use std::{convert::Infallible, io, net::SocketAddr, path::Path, sync::Arc};

use bytes::Bytes;
use daemon::{
    config::{self, ConfigError},
    state, stop,
};
use http::{
    HeaderName, HeaderValue, Method, Request, Response, StatusCode,
    header::{ACCESS_CONTROL_MAX_AGE, CACHE_CONTROL, CONNECTION, CONTENT_TYPE, EXPECT, SERVER},
    request::Parts,
};
use http_body::Body as _;
use http_body_util::Full;
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use settings::{answer::Answer, discovery::Surface, guard::Registration};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::Semaphore,
    time::{Duration, sleep},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use self::{numbers::Numbers, whoami::Guard};
use crate::{
    StartError,
    body::is_drained,
    forwarded::Forwarded,
    gate,
    record::{Record, Records},
    refusal::{Refusal, preflight},
    server,
};

/// Says who refused, for the self-test: the guard behind Traefik uses the same words.
pub(crate) const NAME: &str = "rampart-answer";
/// Where Traefik's limiter asks for its words.
const LIMITED: &str = "/limited";
/// Longer than Traefik keeps an idle connection (90 s).
const HEADER_TIMEOUT: Duration = Duration::from_mins(2);
/// Room for a head that Traefik has let through.
const HEAD_BYTES: usize = 64 * 1024;
const STOP_TIMEOUT: Duration = Duration::from_secs(5);
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// Reads and checks the configuration.
pub fn load(file: &Path) -> Result<Answer, ConfigError> {
    let answer: Answer = config::load(file)?;
    let open = answer.listen.iter().position(|address| !address.ip().is_loopback());
    if let Some(index) = open {
        let key = format!("listen[{index}]");
        return Err(ConfigError::value(
            file,
            key,
            "it is for the Traefik beside it only",
            "use a loopback address",
        ));
    }
    if answer.metrics.is_some_and(|address| !address.ip().is_loopback()) {
        let reason = "the numbers would be readable from other machines";
        return Err(ConfigError::value(file, "metrics", reason, "use a loopback address"));
    }
    if answer.listen.is_empty() {
        return Err(ConfigError::value(file, "listen", "there is no address", "name at least one"));
    }
    Ok(answer)
}

/// Serves until `stop` is cancelled.
pub async fn run(config: Answer, stop: CancellationToken) -> Result<(), StartError> {
    let mut listeners = Vec::new();
    for address in &config.listen {
        let failed = |source| StartError::at(address, source);
        listeners.push(TcpListener::bind(address).await.map_err(failed)?);
    }
    let places: Result<Vec<_>, io::Error> =
        listeners.iter().map(|listener| listener.local_addr().map(|address| address.to_string())).collect();
    let places = places.map_err(|source| StartError::at(&"an opened door", source))?.join(" ");
    let (work, room) = (TaskTracker::new(), Arc::new(Semaphore::new(config.max_connections as usize)));
    let shared = Arc::new(Shared::new(config, work.clone()));
    let numbered = Arc::clone(&shared);
    server::publish(shared.config.metrics, move || {
        let numbered = Arc::clone(&numbered);
        async move { numbered.numbers.page() }
    })
    .await?;
    for listener in listeners {
        let door = Door { shared: Arc::clone(&shared), room: Arc::clone(&room), work: work.clone() };
        work.spawn(door.serve(listener, stop.clone()));
    }
    tracing::info!(doors = places, "ready");
    state::ready(&format!("listening on {places}"));
    stop.cancelled().await;
    state::stopping();
    stop::drain(&work, STOP_TIMEOUT).await;
    Ok(())
}

/// What every answer needs.
struct Shared {
    config: Answer,
    records: Records<Guard>,
    numbers: Numbers,
}

impl Shared {
    fn new(config: Answer, work: TaskTracker) -> Self {
        Self { records: Records::new(Guard::of(&config), work), config, numbers: Numbers::new() }
    }
}

struct Door {
    shared: Arc<Shared>,
    room: Arc<Semaphore>,
    work: TaskTracker,
}

impl Door {
    async fn serve(self, listener: TcpListener, stop: CancellationToken) {
        loop {
            let accepted = tokio::select! {
                () = stop.cancelled() => return,
                accepted = listener.accept() => accepted,
            };
            let Ok((stream, peer)) = accepted else {
                sleep(ACCEPT_PAUSE).await;
                continue;
            };
            // Beyond the room a connection is just closed, and Traefik answers 502.
            if let Ok(place) = Arc::clone(&self.room).try_acquire_owned() {
                let (shared, stop) = (Arc::clone(&self.shared), stop.clone());
                self.work.spawn(async move {
                    let counting = shared.numbers.connection();
                    connection(stream, peer, &shared, stop).await;
                    drop((counting, place));
                });
            }
        }
    }
}

async fn connection(stream: TcpStream, peer: SocketAddr, shared: &Shared, stop: CancellationToken) {
    let service = service_fn(|request: Request<Incoming>| async move {
        let (head, body) = request.into_parts();
        let mut response = answer(&head, peer, shared);
        // Who asks before sending is not told to send what nobody wants.
        let is_over = body.is_end_stream() || !head.headers.contains_key(EXPECT) && is_drained(body).await;
        if !is_over {
            response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
        }
        Ok::<_, Infallible>(response)
    });
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(HEADER_TIMEOUT).max_buf_size(HEAD_BYTES);
    let serving = http.serve_connection(TokioIo::new(stream), service);
    // A connection of Traefik's pool that ends is Traefik's business.
    let _ = stop.run_until_cancelled(serving).await;
}

/// The answer to a request that is not let in.
fn answer(head: &Parts, peer: SocketAddr, shared: &Shared) -> Response<Full<Bytes>> {
    let (config, numbers) = (&shared.config, &shared.numbers);
    let limited = head.uri.path() == LIMITED;
    let mut response = if head.method == Method::OPTIONS {
        numbers.verdicts.preflight();
        preflight()
    } else if let Some((surface, body)) = discovery(head, config) {
        numbers.told(surface);
        given(&body)
    } else if limited {
        numbers.verdicts.refused(Refusal::Limited.rule());
        limit(config)
    } else {
        let refusal = refuse(head, peer, shared);
        numbers.verdicts.refused(refusal.rule());
        refusal.answer()
    };
    response.headers_mut().insert(SERVER, HeaderValue::from_static(NAME));
    response
}

/// What stands at this path for everybody.
fn discovery(head: &Parts, config: &Answer) -> Option<(Surface, serde_json::Value)> {
    let is_read = matches!(head.method, Method::GET | Method::HEAD);
    let surface = Surface::at(head.uri.path()).filter(|_| is_read)?;
    Some((surface, config.discovery.as_ref()?.body(surface)))
}

/// An answer that steering would give another client differently: nobody between may keep it.
fn given(body: &serde_json::Value) -> Response<Full<Bytes>> {
    let mut response = preflight();
    *response.status_mut() = StatusCode::OK;
    *response.body_mut() = Full::from(body.to_string());
    let headers = response.headers_mut();
    headers.remove(ACCESS_CONTROL_MAX_AGE);
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

fn refuse(head: &Parts, peer: SocketAddr, shared: &Shared) -> Refusal {
    let config = &shared.config;
    let may_register = config.registration == Registration::Everywhere;
    // A deny router took it, so it stays refused whatever the library says.
    let refusal = gate::admit(head, may_register, &config.policy).err().unwrap_or(Refusal::Denied);
    let client = Forwarded::read(peer.ip(), &head.headers, &[peer.ip()]).client;
    shared.records.refused(Record::of(head, client), refusal.clone().into(), config.log_users);
    refusal
}

/// Too many tries from one address. Traefik keeps its own status; the header is how specification 1.10 and later say when
/// to try again, the member how earlier ones did.
fn limit(config: &Answer) -> Response<Full<Bytes>> {
    const AFTER: HeaderName = HeaderName::from_static("retry-after");
    let wait = config.retry_after.as_std();
    // Traefik's limiter tells nothing of who it was: only `Origin` goes along with its question.
    tracing::info!(rule = Refusal::Limited.rule(), status = Refusal::Limited.status().as_u16(), "refused");
    let json = serde_json::json!({
        "errcode": "M_LIMIT_EXCEEDED",
        "error": Refusal::Limited.sentence(),
        "retry_after_ms": u64::try_from(wait.as_millis()).unwrap_or(u64::MAX),
    });
    let mut response = Refusal::Limited.answer();
    *response.body_mut() = Full::from(json.to_string());
    response.headers_mut().insert(AFTER, HeaderValue::from(wait.as_secs().max(1)));
    response
}

#[cfg(test)]
pub(crate) mod tests {
    use std::path::Path;

    use daemon::config::parse;
    use http::Request;
    use http_body_util::BodyExt;
    use serde_json::{Map, Value, json};
    use settings::{answer::Answer, discovery::Discovery};
    use tokio_util::task::TaskTracker;

    use super::{Shared, answer, load};

    pub(crate) fn config() -> Answer {
        parse(Path::new("answer.json"), &sample().to_string()).unwrap()
    }

    fn shared(config: Answer) -> Shared {
        Shared::new(config, TaskTracker::new())
    }

    fn sample() -> Value {
        json!({
            "listen": ["127.0.0.1:8050"],
            "metrics": "127.0.0.1:9112",
            "policy": {
                "audit": {
                    "enable": true, "reads": "guarded", "encryptedCreate": "strip",
                    "blinding": false, "keys": false, "edits": false, "accounts": [],
                },
                "roomVersion": "11",
                "federation": false,
            },
            "registration": "enrol-socket-only",
            "guard": "127.0.0.1:8008",
            "logUsers": "hash",
            "retryAfter": "10s",
            "maxConnections": 64,
            "selfTest": { "entry": "127.0.0.1:443", "client": "matrix.x.org", "patience": "5m" },
            "logLevel": "info",
        })
    }

    /// Status, headers of interest and body of the answer.
    fn said(method: &str, target: &str) -> (u16, Option<String>, Value) {
        let request = Request::builder().method(method).uri(target).header("host", "matrix.x.org");
        let head = request.body(()).unwrap().into_parts().0;
        let answer = answer(&head, "127.0.0.1:9".parse().unwrap(), &shared(config()));
        assert_eq!(answer.headers()["access-control-allow-origin"], "*", "{target}");
        assert_eq!(answer.headers()["server"], "rampart-answer", "{target}");
        let after = answer.headers().get("retry-after").map(|value| value.to_str().unwrap().to_owned());
        let status = answer.status().as_u16();
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let body = runtime.block_on(answer.into_body().collect()).unwrap().to_bytes();
        (status, after, serde_json::from_slice(&body).unwrap_or_default())
    }

    #[test]
    fn people_read_the_sentence_of_the_rule() {
        let (status, _, json) = said("PUT", "/_matrix/client/v3/rooms/!r:x/redact/$e/1");
        assert_eq!((status, &json["errcode"]), (403, &json!("M_FORBIDDEN")));
        assert_eq!(json["error"], "Messages on this server are kept for the record and cannot be deleted.");
    }

    #[test]
    fn whatever_arrives_is_refused() {
        for (method, target) in [
            ("GET", "/_matrix/client/versions"),
            ("GET", "/"),
            ("PUT", "/_matrix/client/v3/rooms/!r:x/send/m.room.message/1"),
            ("POST", "/_matrix/client/v3/register"),
            ("GET", "/_synapse/admin/v1/users"),
            ("BREW", "/x"),
        ] {
            let (status, _, json) = said(method, target);
            assert!((400..500).contains(&status), "{method} {target}: {status}");
            assert!(json["errcode"].is_string(), "{method} {target}: {json}");
        }
    }

    #[test]
    fn discovery_is_given_only_where_it_is_configured_and_only_for_reading() {
        let v1 = "/_matrix/client/v1/rtc/transports";
        let mut config = config();
        let ask = |config: &Answer, method: &str, path: &str| {
            let request = Request::builder().method(method).uri(path).header("host", "matrix.x.org");
            let head = request.body(()).unwrap().into_parts().0;
            let answer = answer(&head, "127.0.0.1:9".parse().unwrap(), &shared(config.clone()));
            (answer.status().as_u16(), answer.headers().get("cache-control").is_some())
        };
        assert_eq!(ask(&config, "GET", v1), (403, false));
        config.discovery =
            Some(Discovery { document: Map::new(), foci: vec!["https://rtc.x.org/a".to_owned()] });
        for path in [v1, "/.well-known/matrix/client"] {
            assert_eq!(ask(&config, "GET", path), (200, true), "{path}");
            assert_eq!(ask(&config, "HEAD", path), (200, true), "{path}");
            assert!(ask(&config, "PUT", path).0 >= 400, "{path}");
        }
        assert!(ask(&config, "GET", "/_matrix/client/versions").0 >= 400);
    }

    #[test]
    fn preflights_are_granted_so_that_browsers_read_the_refusal() {
        assert_eq!(said("OPTIONS", "/_matrix/client/v3/rooms/!r:x/redact/$e/1").0, 204);
    }

    #[test]
    fn who_was_too_quick_learns_how_long_to_wait() {
        let (status, after, json) = said("GET", "/limited");
        assert_eq!((status, after.as_deref()), (429, Some("10")));
        assert_eq!((&json["errcode"], &json["retry_after_ms"]), (&json!("M_LIMIT_EXCEEDED"), &json!(10_000)));
    }

    #[test]
    fn what_is_answered_is_counted_by_rule() {
        let shared = shared(config());
        for (method, target) in [
            ("PUT", "/_matrix/client/v3/rooms/!r:x/redact/$e/1"),
            ("PUT", "/_matrix/client/v3/rooms/!r:x/redact/$e/2"),
            ("OPTIONS", "/_matrix/client/v3/rooms/!r:x/redact/$e/1"),
            ("GET", "/limited"),
            ("GET", "/metrics"),
        ] {
            let request = Request::builder().method(method).uri(target).header("host", "matrix.x.org");
            let head = request.body(()).unwrap().into_parts().0;
            drop(answer(&head, "127.0.0.1:9".parse().unwrap(), &shared));
        }
        let page = shared.numbers.page();
        for line in [
            "rampart_answer_verdicts_total{verdict=\"refused\",rule=\"redaction_endpoint\"} 2",
            "rampart_answer_verdicts_total{verdict=\"refused\",rule=\"limited\"} 1",
            "rampart_answer_verdicts_total{verdict=\"refused\",rule=\"encryption_event\"} 0",
            "rampart_answer_verdicts_total{verdict=\"granted\",rule=\"preflight\"} 1",
            "rampart_answer_discovery_total{surface=\"well_known\"} 0",
            "rampart_answer_connections 0",
        ] {
            assert!(page.lines().any(|found| found == line), "{line}\n{page}");
        }
        // A client that asks for the page gets a refusal, like whoever asks for anything else.
        let refused: u64 = page
            .lines()
            .filter(|line| line.starts_with("rampart_answer_verdicts_total{verdict=\"refused\""))
            .filter_map(|line| line.rsplit(' ').next()?.parse::<u64>().ok())
            .sum();
        assert_eq!(refused, 4);
    }

    #[test]
    fn only_this_host_may_ask() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("answer.json");
        for (key, listen, word) in [
            ("listen", json!(["127.0.0.1:1", "0.0.0.0:8050"]), "listen[1]"),
            ("listen", json!([]), "no address"),
            ("metrics", json!("10.77.0.2:9112"), "metrics"),
        ] {
            let mut config = sample();
            config[key] = listen;
            fs_err::write(&file, config.to_string()).unwrap();
            let error = load(&file).unwrap_err().to_string();
            assert!(error.contains(word), "{error}");
        }
    }
}
