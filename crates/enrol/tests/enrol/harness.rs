//! Everything between a browser and the double.

use std::{net::TcpListener, path::Path, time::Duration};

use axum::{Router, body::Body};
use broker::client::Client;
use broker_api::{guest, page, token, verbs};
use daemon::http::Peer;
use fs_err as fs;
use http::{HeaderMap, Request, StatusCode, header};
use http_body_util::BodyExt;
use jiff::{Timestamp, ToSpan as _};
use serde_json::{Value, json};
use tempfile::TempDir;
use testkit::homeserver::{Double, Kind};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tower_service::Service;

pub(crate) const PASSWORD: &str = "correct horse battery staple";

/// A token of two hours ago that was good for one.
pub(crate) const OVER: &str = "a-word-of-two-hours-ago";

pub(crate) struct Scene {
    _folder: TempDir,
    pub(crate) homeserver: Double,
    pub(crate) bot: Client,
    /// What the page itself asks.
    broker: Client,
    router: Router,
    stop: CancellationToken,
}

/// What a browser got.
pub(crate) struct Got {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

pub(crate) async fn scene(kind: Kind) -> Scene {
    scene_with(kind, |_| ()).await
}

pub(crate) async fn scene_with(kind: Kind, change: impl FnOnce(&mut Value)) -> Scene {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).display().to_string();
    fs::write(at("sentinel"), "sentinel-of-the-tests-0123456789-abc").unwrap();
    fs::write(at("client-token"), "client-token-of-the-tests-0123456789").unwrap();
    fs::create_dir(at("state")).unwrap();
    issue_before(&folder.path().join("state"));
    let homeserver = Double::start(folder.path(), kind).unwrap();
    let admin = homeserver.state().add_user("rampart-broker", "administrator", true);
    fs::write(at("state/admin-token"), admin).unwrap();
    let listen = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let stop = CancellationToken::new();
    let broker: settings::broker::Broker = serde_json::from_value(json!({
        "socket": at("broker.sock"),
        "homeserver": {
            "kind": if kind == Kind::TuwunelLike { "tuwunel" } else { "synapse" }, "serverName": "example.org",
            "socket": homeserver.socket(), "address": null, "bootstrapFile": at("bootstrap"),
        },
        "guests": {
            "listen": listen, "clientTokenFile": at("client-token"), "sentinelFile": at("sentinel"),
            "pageUrl": "https://example.org/register", "rooms": [], "roomVersion": "11", "maxTtl": "30d",
            "maxUses": 10,
        },
        "directory": null, "stateDirectory": at("state"), "maxConnections": 256, "requestsPerSecond": 1000, "upstreamTimeout": "3s",
        "stopTimeout": "5s", "logLevel": "debug",
    }))
    .unwrap();
    let guard = guard(&at("enrol.sock"), homeserver.socket());
    let mut enrol = json!({
        "listen": "127.0.0.1:0", "pageUrl": "https://example.org/register", "serverName": "example.org",
        "brokerSocket": at("broker.sock"), "registerSocket": at("enrol.sock"),
        "look": { "title": "Partners & <Friends>", "colour": "#1a5fb4", "logoFile": null, "termsUrl": null },
        "clients": [{ "name": "Element X", "url": "https://element.io/download" }],
        "maxConnections": 64, "leastPassword": 12, "addressPerMinute": 10_000, "tokenPerMinute": 1000, "stopTimeout": "3s",
        "logLevel": "debug",
    });
    change(&mut enrol);
    let enrol: settings::enrol::Enrol = serde_json::from_value(enrol).unwrap();
    tokio::spawn({
        let stop = stop.clone();
        async move { broker::run(broker, stop).await.unwrap() }
    });
    tokio::spawn({
        let stop = stop.clone();
        async move { guard::serve(guard, Duration::from_mins(1), stop).await.unwrap() }
    });
    for socket in ["broker.sock", "enrol.sock"] {
        await_socket(&folder.path().join(socket)).await;
    }
    let router = enrol::router(&enrol, TaskTracker::new()).unwrap();
    let token = Some("client-token-of-the-tests-0123456789".to_owned());
    let patience = Duration::from_secs(20);
    let bot = Client::new(Peer::Address(listen), token, patience);
    let broker = Client::new(Peer::Socket(folder.path().join("broker.sock")), None, patience);
    Scene { _folder: folder, homeserver, bot, broker, router, stop }
}

/// What the broker's ledger tells of the token whose time is over.
fn issue_before(state: &Path) {
    let issued = Timestamp::now() - 2.hours();
    let hash = ledger::Hash::of(OVER.as_bytes());
    let wanted = json!({
        "hash": hash, "id": "abcdefgh", "key": "before", "by": "@anna:internal.example", "room": "!staff:internal.example",
        "recipient": null, "note": null, "staff": false, "uses": 1, "expires": issued + 1.hour(),
    });
    let (mut ledger, _) = ledger::Place::new(state).open(issued, |_| ()).unwrap();
    ledger.append(issued, "token-wanted", &wanted).unwrap();
    ledger.append(issued, "token-created", &json!({ "hash": hash })).unwrap();
}

/// The guard as on a DMZ host, without its public door.
fn guard(enrol: &str, upstream: &Path) -> settings::guard::Guard {
    settings::guard::Guard {
        listen: Vec::new(),
        metrics: None,
        enrol_socket: Some(enrol.to_owned()),
        upstream_socket: upstream.display().to_string(),
        trusted_proxies: Vec::new(),
        registration: settings::guard::Registration::EnrolSocketOnly,
        ..guard::load::audit_profile().unwrap()
    }
}

async fn await_socket(path: &Path) {
    for _ in 0..500 {
        if tokio::net::UnixStream::connect(path).await.is_ok() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("{} did not open", path.display());
}

impl Drop for Scene {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

impl Scene {
    pub(crate) async fn token(&self, key: &str) -> String {
        let order = token::Create {
            by: "@anna:internal.example".into(),
            room: "!staff:internal.example".into(),
            recipient: None,
            ttl_seconds: 3600,
            uses: 1,
            note: None,
            staff: false,
            key: key.into(),
        };
        let created = self.bot.ask::<verbs::TokenCreate>(&order).await.unwrap();
        created.url.split_once("token=").unwrap().1.to_owned()
    }

    /// A token that somebody is making an account with.
    pub(crate) async fn busy_token(&self) -> String {
        let token = self.token("busy").await;
        self.begins(&token).await;
        token
    }

    /// Somebody begins to make an account with a token.
    pub(crate) async fn begins(&self, token: &str) {
        let begin = page::Begin { token: token.to_owned(), username: "somebody".into() };
        self.broker.ask::<verbs::RedeemBegin>(&begin).await.unwrap();
    }

    /// A link that brings the ended account `gast` back.
    pub(crate) async fn link(&self) -> String {
        self.homeserver.state().add_user("gast", "old password", false);
        let by = "@anna:internal.example".to_owned();
        let order = guest::Order { by: by.clone(), user: "gast".into() };
        self.bot.ask::<verbs::GuestDeactivate>(&order).await.unwrap();
        let order = guest::Reactivate { by, user: "gast".into(), ttl_seconds: 600 };
        let link = self.bot.ask::<verbs::GuestReactivate>(&order).await.unwrap();
        link.url.split_once("token=").unwrap().1.to_owned()
    }

    /// The pages.
    pub(crate) fn router(&self) -> Router {
        self.router.clone()
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Got {
        let response = self.router.clone().call(request).await.unwrap();
        let (head, body) = response.into_parts();
        let text = String::from_utf8_lossy(&body.collect().await.unwrap().to_bytes()).into_owned();
        Got { status: head.status, headers: head.headers, text }
    }

    pub(crate) async fn get(&self, path: &str) -> Got {
        self.send(Request::get(path).body(Body::empty()).unwrap()).await
    }

    /// Opens the page, and sends its form back as a browser would, with these fields changed.
    pub(crate) async fn fill(&self, path: &str, token: &str, changes: &[(&str, &str)]) -> Got {
        let page = self.get(&format!("{path}?token={token}")).await;
        let cookie = page.cookie();
        let mut fields = vec![
            ("token", token.to_owned()),
            ("proof", page.field("proof")),
            ("lang", "en".to_owned()),
            ("username", "gast".to_owned()),
            ("password", PASSWORD.to_owned()),
            ("repeat", PASSWORD.to_owned()),
            ("consent", "yes".to_owned()),
        ];
        for (name, value) in changes {
            match fields.iter_mut().find(|(known, _)| known == name) {
                Some(field) => (*value).clone_into(&mut field.1),
                None => fields.push((name, (*value).to_owned())),
            }
        }
        self.post(path, &fields, &[("cookie", &cookie), ("sec-fetch-site", "same-origin")]).await
    }

    pub(crate) async fn post(&self, path: &str, fields: &[(&str, String)], headers: &[(&str, &str)]) -> Got {
        let encode = |text: &str| -> String {
            text.bytes().map(|byte| format!("%{byte:02X}")).collect::<Vec<_>>().concat()
        };
        let body: Vec<String> =
            fields.iter().map(|(name, value)| format!("{name}={}", encode(value))).collect();
        let mut request =
            Request::post(path).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.send(request.body(Body::from(body.join("&"))).unwrap()).await
    }

    pub(crate) fn has_account(&self, name: &str) -> bool {
        self.homeserver.state().users.contains_key(&format!("@{name}:example.org"))
    }
}

impl Got {
    /// Value of a hidden field.
    pub(crate) fn field(&self, name: &str) -> String {
        let start = format!(r#"name="{name}" value=""#);
        let rest = self.text.split_once(&start).map(|(_, rest)| rest).unwrap_or_default();
        rest.split('"').next().unwrap_or_default().to_owned()
    }

    pub(crate) fn cookie(&self) -> String {
        let line =
            self.headers.get(header::SET_COOKIE).map(|value| value.to_str().unwrap()).unwrap_or_default();
        line.split(';').next().unwrap_or_default().to_owned()
    }

    pub(crate) fn title(&self) -> &str {
        self.text
            .split_once("<title>")
            .and_then(|(_, rest)| rest.split_once("</title>"))
            .map_or("", |two| two.0)
    }
}
