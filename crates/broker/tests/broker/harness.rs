//! A broker, its homeserver and its clients, in a temporary folder.

use std::{net::TcpListener, path::PathBuf, thread::JoinHandle, time::Duration};

use broker::client::{Client, ClientError};
use broker_api::{ErrorCode, Verb, token, verbs::TokenCreate};
use daemon::http::Peer;
use fs_err as fs;
use serde_json::{Value, json};
use settings::broker::Broker;
use tempfile::TempDir;
use testkit::homeserver::{Double, Kind};
use tokio_util::sync::CancellationToken;

pub(crate) const STAFF: &str = "@anna:internal.example";
pub(crate) const SENTINEL: &str = "sentinel-of-the-tests-0123456789-abc";
pub(crate) const CLIENT_TOKEN: &str = "client-token-of-the-tests-0123456789";

/// Everything that a test needs.
pub(crate) struct Scene {
    pub(crate) folder: TempDir,
    pub(crate) homeserver: Double,
    pub(crate) config: Broker,
    pub(crate) bot: Client,
    pub(crate) page: Client,
    running: Option<Running>,
}

/// A broker on a thread and a runtime of its own, so that it can be killed with everything it has begun.
struct Running {
    stop: CancellationToken,
    kill: CancellationToken,
    thread: JoinHandle<()>,
}

pub(crate) async fn guests(kind: Kind) -> Scene {
    let mut scene = prepared(kind, true);
    scene.start().await;
    scene
}

pub(crate) async fn core(kind: Kind) -> Scene {
    let mut scene = prepared(kind, false);
    scene.start().await;
    scene
}

/// Everything but a running broker. The administrator is there and its token in the state folder.
pub(crate) fn prepared(kind: Kind, has_guests: bool) -> Scene {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).display().to_string();
    fs::write(at("sentinel"), SENTINEL).unwrap();
    fs::write(at("client-token"), CLIENT_TOKEN).unwrap();
    fs::create_dir(at("state")).unwrap();
    let homeserver = Double::start(folder.path(), kind).unwrap();
    let token = homeserver.state().add_user("rampart-broker", "administrator", true);
    fs::write(at("state/admin-token"), token).unwrap();
    let listen = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let guests = json!({
        "listen": listen, "clientTokenFile": at("client-token"), "sentinelFile": at("sentinel"),
        "pageUrl": "https://example.org/register", "rooms": ["welcome"], "roomVersion": "11",
        "maxTtl": "30d", "maxUses": 10,
    });
    let config = json!({
        "socket": at("broker.sock"),
        "homeserver": {
            "kind": if kind == Kind::TuwunelLike { "tuwunel" } else { "synapse" },
            "serverName": "example.org", "socket": homeserver.socket(), "address": null,
            "bootstrapFile": at("bootstrap"),
        },
        "guests": if has_guests { guests } else { Value::Null },
        "directory": null, "stateDirectory": at("state"), "maxConnections": 256, "requestsPerSecond": 1000,
        "upstreamTimeout": "3s", "stopTimeout": "5s", "logLevel": "debug",
    });
    let deadline = Duration::from_secs(20);
    let bot = Client::new(Peer::Address(listen), Some(CLIENT_TOKEN.to_owned()), deadline);
    let page = Client::new(Peer::Socket(PathBuf::from(at("broker.sock"))), None, deadline);
    let config = serde_json::from_value(config).unwrap();
    Scene { folder, homeserver, config, bot, page, running: None }
}

impl Drop for Scene {
    fn drop(&mut self) {
        if let Some(running) = self.running.take() {
            running.kill.cancel();
        }
    }
}

impl Scene {
    /// Starts the broker and waits for its doors.
    pub(crate) async fn start(&mut self) {
        let (stop, kill) = (CancellationToken::new(), CancellationToken::new());
        let (config, stopped, killed) = (self.config.clone(), stop.clone(), kill.clone());
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                tokio::select! {
                    ended = broker::run(config, stopped) => ended.unwrap(),
                    () = killed.cancelled() => {}
                }
            });
        });
        self.running = Some(Running { stop, kill, thread });
        for _ in 0..500 {
            if tokio::net::UnixStream::connect(&self.config.socket).await.is_ok() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("the broker did not open its doors");
    }

    /// Stops it and waits for the end.
    pub(crate) async fn stop(&mut self) {
        let Running { stop, thread, .. } = self.running.take().unwrap();
        stop.cancel();
        tokio::task::spawn_blocking(|| thread.join().unwrap()).await.unwrap();
    }

    /// Ends it as SIGKILL would: no word of farewell, the socket stays.
    pub(crate) async fn kill(&mut self) {
        let Running { kill, thread, .. } = self.running.take().unwrap();
        kill.cancel();
        tokio::task::spawn_blocking(|| thread.join().unwrap()).await.unwrap();
    }

    /// The ledger's records as JSON.
    pub(crate) fn ledger(&self) -> Vec<Value> {
        let text = fs::read_to_string(self.folder.path().join("state/ledger.jsonl")).unwrap();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// How many records of this kind there are.
    pub(crate) fn count(&self, kind: &str) -> usize {
        self.ledger().iter().filter(|record| record["kind"] == kind).count()
    }

    /// Checks the ledger from outside.
    pub(crate) fn verify(&self) {
        ledger::Place::new(&self.config.state_directory).verify(None).unwrap();
    }

    /// Issues a token and returns its short name and the token.
    pub(crate) async fn token(&self, key: &str, uses: u32) -> (String, String) {
        let created = self.bot.ask::<TokenCreate>(&order(key, uses)).await.unwrap();
        (created.id, word(&created.url))
    }
}

pub(crate) fn word(url: &str) -> String {
    url.split_once("token=").unwrap().1.to_owned()
}

pub(crate) fn order(key: &str, uses: u32) -> token::Create {
    token::Create {
        by: STAFF.into(),
        room: "!staff:internal.example".into(),
        recipient: Some("Guest".into()),
        ttl_seconds: 3600,
        uses,
        note: None,
        staff: false,
        key: key.into(),
    }
}

/// The code with which a verb was refused.
pub(crate) fn code<A>(outcome: Result<A, ClientError>) -> ErrorCode {
    match outcome {
        Ok(_) => panic!("it was not refused"),
        Err(error) => error.code().unwrap_or_else(|| panic!("{error:?}")),
    }
}

/// Asks and expects an answer.
pub(crate) async fn ask<V: Verb>(client: &Client, request: V::Request) -> V::Answer {
    client.ask::<V>(&request).await.unwrap()
}
