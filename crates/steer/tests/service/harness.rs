//! A running program, stand-ins for media servers, and a plain client.

use std::{
    net::SocketAddr,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicU16, Ordering},
    },
    time::Duration,
};

use serde_json::{Value, json};
use steer::load;
use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
    time::{sleep, timeout},
};
use tokio_util::sync::CancellationToken;

/// Longest wait for something that must happen.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// A stand-in for a media server: `/` has this status, `/metrics` some figures. Status 0: it takes the connection and says
/// nothing.
pub(crate) struct MediaServer {
    pub(crate) address: SocketAddr,
    status: Arc<AtomicU16>,
}

impl MediaServer {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (address, status) = (listener.local_addr().unwrap(), Arc::new(AtomicU16::new(200)));
        let shared = Arc::clone(&status);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(speak(stream, Arc::clone(&shared)));
            }
        });
        Self { address, status }
    }

    pub(crate) fn answers(&self, status: u16) {
        self.status.store(status, Ordering::SeqCst);
    }
}

async fn speak(mut stream: TcpStream, status: Arc<AtomicU16>) {
    let mut seen = Vec::new();
    loop {
        let mut buffer = [0; 1024];
        let Ok(read @ 1..) = stream.read(&mut buffer).await else { return };
        seen.extend_from_slice(&buffer[..read]);
        while let Some(end) = seen.windows(4).position(|four| four == b"\r\n\r\n") {
            let request = String::from_utf8_lossy(&seen[..end]).into_owned();
            seen.drain(..end + 4);
            let status = status.load(Ordering::SeqCst);
            if status == 0 {
                sleep(PATIENCE * 10).await;
            }
            let (status, body) = if request.starts_with("GET /metrics ") {
                (
                    200,
                    "livekit_room_total{a=\"b\"} 2\nlivekit_participant_total 5\nprocess_cpu_seconds_total 1\n",
                )
            } else {
                (status, "OK")
            };
            let answer = format!("HTTP/1.1 {status} X\r\nContent-Length: {}\r\n\r\n{body}", body.len());
            if stream.write_all(answer.as_bytes()).await.is_err() {
                return;
            }
        }
    }
}

/// A program that runs.
pub(crate) struct Steer {
    pub(crate) address: SocketAddr,
    pub(crate) local: SocketAddr,
    pub(crate) folder: TempDir,
    pub(crate) stop: CancellationToken,
    pub(crate) ended: JoinHandle<bool>,
}

/// Two addresses that are free now.
async fn free() -> [SocketAddr; 2] {
    let one = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let two = TcpListener::bind("127.0.0.1:0").await.unwrap();
    [one.local_addr().unwrap(), two.local_addr().unwrap()]
}

/// Two regions with a focus each, and the core.
pub(crate) fn config(servers: &[&MediaServer], folder: &TempDir) -> Value {
    let server = |host: &str, at: SocketAddr| json!([{ "host": host, "address": at, "metrics": at, "draining": false }]);
    let reach = |lon: f64, tyo: f64| {
        json!([
            { "region": "fra", "oneWayMs": 9.0 },
            { "region": "lon", "oneWayMs": lon },
            { "region": "tyo", "oneWayMs": tyo },
        ])
    };
    let focus = |name: &str, region: &str, place: &str, at: SocketAddr| {
        let url = format!("https://rtc.meridian.example/{name}");
        json!({ "name": name, "region": region, "serviceUrl": url, "place": place, "servers": server(name, at) })
    };
    json!({
        "trustedProxies": ["127.0.0.1"],
        "document": { "m.homeserver": { "base_url": "https://matrix.meridian.example" } },
        "regions": [
            { "name": "fra", "networks": [], "countries": [],
              "position": { "latitude": 50.11, "longitude": 8.68 }, "reach": reach(6.5, 117.5) },
            { "name": "lon", "networks": ["198.51.100.0/24", "2001:db8:1::/48"], "countries": [],
              "position": { "latitude": 51.51, "longitude": -0.13 }, "reach": reach(0.0, 120.0) },
            { "name": "tyo", "networks": ["203.0.113.0/24"], "countries": ["JP"],
              "position": { "latitude": 35.68, "longitude": 139.69 }, "reach": reach(120.0, 0.0) },
        ],
        "defaultRegion": "lon",
        "foci": [
            focus("core", "fra", "last", servers[0].address),
            focus("edge-lon", "lon", "by-distance", servers[1].address),
            focus("edge-tyo", "tyo", "by-distance", servers[2].address),
        ],
        "drainFolder": folder.path().join("draining"),
        "health": { "interval": "20ms", "timeout": "500ms", "failures": 2, "successes": 3 },
        "maxConnections": 64,
        "stopTimeout": "2s",
        "logLevel": "info",
    })
}

/// Three stand-ins and the program in front of them.
pub(crate) async fn fleet() -> (Vec<MediaServer>, Steer) {
    let mut servers = Vec::new();
    for _ in 0..3 {
        servers.push(MediaServer::start().await);
    }
    let steer = start(&servers, |_| ()).await;
    (servers, steer)
}

/// Starts the program with a changed configuration, and waits until it serves.
pub(crate) async fn start(servers: &[MediaServer], change: impl FnOnce(&mut Value)) -> Steer {
    let folder = tempfile::tempdir().unwrap();
    let mut config = config(&servers.iter().collect::<Vec<_>>(), &folder);
    let [address, local] = free().await;
    config["listen"] = json!(address);
    config["local"] = json!(local);
    change(&mut config);
    let file: PathBuf = folder.path().join("steer.json");
    fs_err::write(&file, config.to_string()).unwrap();
    let loaded = load::load(&file).unwrap();
    let stop = CancellationToken::new();
    let token = stop.clone();
    let ended = tokio::spawn(async move { steer::run(loaded, token).await.is_ok() });
    let steer = Steer { address, local, folder, stop, ended };
    steer.wait("/healthz", "", |answer| answer.status == 200).await;
    steer
}

pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    /// Names of the foci, in their order, on either surface.
    pub(crate) fn foci(&self) -> Vec<String> {
        let json = self.json();
        let list = json.get("rtc_transports").unwrap_or(&json["org.matrix.msc4143.rtc_foci"]);
        let url = |entry: &Value| entry["livekit_service_url"].as_str().unwrap().to_owned();
        list.as_array()
            .unwrap()
            .iter()
            .map(url)
            .map(|url| url.rsplit('/').next().unwrap().to_owned())
            .collect()
    }
}

/// Sends text and reads until the end.
pub(crate) async fn raw(address: SocketAddr, text: &str) -> Option<Answer> {
    let mut stream = TcpStream::connect(address).await.ok()?;
    stream.write_all(text.as_bytes()).await.ok()?;
    let mut answer = String::new();
    timeout(PATIENCE, stream.read_to_string(&mut answer)).await.ok()?.ok()?;
    let (head, body) = answer.split_once("\r\n\r\n")?;
    let status = head.split(' ').nth(1)?.parse().ok()?;
    Some(Answer { status, head: head.to_lowercase(), body: body.to_owned() })
}

pub(crate) async fn ask(address: SocketAddr, method: &str, path: &str, headers: &str) -> Option<Answer> {
    raw(address, &format!("{method} {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{headers}\r\n")).await
}

async fn wait(address: SocketAddr, path: &str, headers: &str, good: impl Fn(&Answer) -> bool) {
    let attempt = async {
        loop {
            if ask(address, "GET", path, headers).await.is_some_and(|answer| good(&answer)) {
                return;
            }
            sleep(Duration::from_millis(10)).await;
        }
    };
    timeout(PATIENCE, attempt).await.expect("it never happens");
}

pub(crate) const UNSTABLE: &str = "/_matrix/client/unstable/org.matrix.msc4143/rtc/transports";
pub(crate) const STABLE: &str = "/_matrix/client/v1/rtc/transports";
pub(crate) const DOCUMENT: &str = "/.well-known/matrix/client";

impl Steer {
    /// Asks for a client with this address, as the gateway does.
    pub(crate) async fn get(&self, path: &str, client: &str) -> Answer {
        let header = format!("X-Forwarded-For: {client}\r\n");
        ask(self.address, "GET", path, &header).await.unwrap()
    }

    /// Names of the foci that this client is told, the same on every surface.
    pub(crate) async fn told(&self, client: &str) -> Vec<String> {
        let told = self.get(UNSTABLE, client).await.foci();
        for path in [STABLE, DOCUMENT] {
            assert_eq!(self.get(path, client).await.foci(), told, "{path}");
        }
        told
    }

    /// Asks again until the answer is as it should be.
    pub(crate) async fn wait(&self, path: &str, client: &str, good: impl Fn(&Answer) -> bool) {
        let header = format!("X-Forwarded-For: {client}\r\n");
        wait(self.address, path, &header, good).await;
    }

    /// The same of the pages that only this host may read.
    pub(crate) async fn wait_local(&self, path: &str, good: impl Fn(&Answer) -> bool) {
        wait(self.local, path, "", good).await;
    }

    /// Waits until a client is told these foci.
    pub(crate) async fn wait_for(&self, client: &str, foci: &[&str]) {
        self.wait(UNSTABLE, client, |answer| answer.foci() == foci).await;
    }
}
