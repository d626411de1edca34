//! The ways to a homeserver, all of them open at once: one Traefik with an entry point for each, and what stands behind it.

use std::{
    net::TcpListener,
    process::Command,
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, ensure};
use camino::{Utf8Path, Utf8PathBuf};
use fs_err as fs;
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::{
    process::Process,
    wire::{Connection, request},
};
use crate::{cache, repository};

/// Host of the example fleet whose rendered rules are measured.
const GATEWAY: &str = "hosts/generated/gw-fra.json";

/// How long Traefik may take to read its rules.
const RULES: Duration = Duration::from_secs(30);

/// How a request gets to the homeserver.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Way {
    /// Without anything between.
    Direct,
    /// Traefik with one router.
    Bare,
    /// Traefik with the rendered rules; also what reads take under `audit.reads = "direct"`.
    Rules,
    /// The rendered rules, then the guard.
    Guard,
    /// One router, then a proxy that judges nothing.
    Hop,
    /// One router, and the same judge asked by forwardAuth with the body.
    Auth,
}

impl Way {
    pub(super) const ALL: [Self; 6] =
        [Self::Direct, Self::Bare, Self::Rules, Self::Guard, Self::Hop, Self::Auth];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Direct => "homeserver direct",
            Self::Bare => "bare Traefik",
            Self::Rules => "rules only",
            Self::Guard => "rules + guard",
            Self::Hop => "naive hop",
            Self::Auth => "forwardAuth",
        }
    }

    const fn word(self) -> &'static str {
        match self {
            Self::Direct => "direct",
            Self::Bare => "bare",
            Self::Rules => "rules",
            Self::Guard => "guard",
            Self::Hop => "hop",
            Self::Auth => "auth",
        }
    }
}

/// A homeserver and every way to it.
pub(super) struct Road {
    ports: [u16; Way::ALL.len()],
    guard: Process,
    hop: Process,
}

/// Time on a processor so far: of Traefik, and of what the way has beside it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Spent {
    pub(super) traefik: Duration,
    pub(super) own: Duration,
}

/// All that runs.
pub(super) struct Ways {
    pub(super) host: String,
    pub(super) null: Road,
    pub(super) real: Road,
    traefik: Process,
    auth: Process,
}

/// Programs that cargo has built for this.
pub(super) struct Built {
    pub(super) guard: Utf8PathBuf,
    pub(super) parts: Utf8PathBuf,
}

/// Where a homeserver listens.
#[derive(Debug, Clone)]
pub(super) struct Upstream {
    pub(super) name: &'static str,
    pub(super) port: u16,
    pub(super) socket: Utf8PathBuf,
}

impl Ways {
    pub(super) fn open(folder: &Utf8Path, built: &Built, null: &Upstream, real: &Upstream) -> Result<Self> {
        let host: Value = serde_json::from_str(&fs::read_to_string(repository::root().join(GATEWAY))?)?;
        let client = host["options"]["gateway"]["clientDomain"].as_str().context("no client domain")?;
        let auth_port = free_port()?;
        let address = format!("127.0.0.1:{auth_port}");
        let auth = Process::start("auth", Command::new(&built.parts).args(["auth", &address]), folder)?
            .listening(auth_port)?;
        let (mut points, mut routers, mut services) = (Map::new(), Map::new(), Map::new());
        let mut roads = Vec::new();
        for upstream in [null, real] {
            let mut lay = Layout {
                host: &host,
                upstream,
                points: &mut points,
                routers: &mut routers,
                services: &mut services,
            };
            roads.push(lay.road(folder, built)?);
        }
        let mut middlewares = host["services"]["traefik"]["dynamic"]["http"]["middlewares"].clone();
        middlewares["auth"] = json!({ "forwardAuth": {
            "address": format!("http://{address}"), "forwardBody": true, "maxBodySize": 1_048_576,
        } });
        services.insert("answer".to_owned(), service(9));
        let dynamic =
            json!({ "http": { "routers": routers, "services": services, "middlewares": middlewares } });
        let last = roads.last().map(|road| road.port(Way::Auth)).context("no road")?;
        let traefik = traefik(folder, &host, &points, &dynamic)?.listening(last)?;
        let (Some(real), Some(null)) = (roads.pop(), roads.pop()) else { anyhow::bail!("no roads") };
        let ways = Self { host: client.to_owned(), null, real, traefik, auth };
        ways.wait()?;
        Ok(ways)
    }

    /// Traefik listens before it has read its rules; then everything is 404.
    fn wait(&self) -> Result<()> {
        let plain = request("GET", &self.host, "/_matrix/client/versions", "", b"");
        for (road, way) in
            [&self.null, &self.real].into_iter().flat_map(|road| Way::ALL.map(|way| (road, way)))
        {
            let start = Instant::now();
            while Connection::open(road.port(way))?.ask(&plain)?.status != 200 {
                ensure!(start.elapsed() < RULES, "{} does not lead to the homeserver", way.name());
                thread::sleep(Duration::from_millis(50));
            }
        }
        Ok(())
    }

    /// Time spent so far on a way of a road.
    pub(super) fn spent(&self, road: &Road, way: Way) -> Result<Spent> {
        let own = match way {
            Way::Direct | Way::Bare | Way::Rules => None,
            Way::Guard => Some(&road.guard),
            Way::Hop => Some(&road.hop),
            Way::Auth => Some(&self.auth),
        };
        let own = own.map_or(Ok(Duration::ZERO), Process::on_processor)?;
        Ok(Spent { traefik: self.traefik.on_processor()?, own })
    }
}

impl Road {
    pub(super) fn port(&self, way: Way) -> u16 {
        self.ports[way as usize]
    }
}

/// Lays the ways to one homeserver into Traefik's settings.
struct Layout<'a> {
    host: &'a Value,
    upstream: &'a Upstream,
    points: &'a mut Map<String, Value>,
    routers: &'a mut Map<String, Value>,
    services: &'a mut Map<String, Value>,
}

impl Layout<'_> {
    fn road(&mut self, folder: &Utf8Path, built: &Built) -> Result<Road> {
        let upstream = self.upstream;
        let (guard_port, hop_port) = (free_port()?, free_port()?);
        let guard = guard(folder, built, upstream, guard_port)?;
        let address = format!("127.0.0.1:{hop_port}");
        let mut command = Command::new(&built.parts);
        command.args(["hop", &address, upstream.socket.as_str()]);
        let hop =
            Process::start(&format!("hop-{}", upstream.name), &mut command, folder)?.listening(hop_port)?;
        let mut ports = [upstream.port; Way::ALL.len()];
        for way in Way::ALL.into_iter().filter(|way| *way != Way::Direct) {
            let port = free_port()?;
            ports[way as usize] = port;
            let behind = match way {
                Way::Guard => guard_port,
                Way::Hop => hop_port,
                _ => upstream.port,
            };
            self.way(way, port, behind);
        }
        Ok(Road { ports, guard, hop })
    }

    fn way(&mut self, way: Way, port: u16, behind: u16) {
        let name = format!("{}-{}", way.word(), self.upstream.name);
        let rendered = &self.host["services"]["traefik"];
        let mut point = rendered["static"]["entryPoints"]["websecure"].clone();
        point["address"] = format!("127.0.0.1:{port}").into();
        self.points.insert(name.clone(), point);
        self.services.insert(name.clone(), service(behind));
        if !matches!(way, Way::Rules | Way::Guard) {
            let middlewares: &[&str] = if way == Way::Auth { &["auth"] } else { &[] };
            let rule = "PathPrefix(`/`)";
            let router =
                json!({ "entryPoints": [name], "rule": rule, "middlewares": middlewares, "service": name });
            self.routers.insert(name, router);
            return;
        }
        let all = rendered["dynamic"]["http"]["routers"].as_object();
        // Every one of them: what stands above the router that takes a request is asked before it, whatever it is for.
        for (router, settings) in all.into_iter().flatten() {
            let mut settings = settings.clone();
            settings["entryPoints"] = json!([name]);
            if settings["service"] != "answer" {
                settings["service"] = name.as_str().into();
            }
            settings.as_object_mut().map(|settings| settings.shift_remove("tls"));
            self.routers.insert(format!("{name}-{router}"), settings);
        }
    }
}

fn service(port: u16) -> Value {
    json!({ "loadBalancer": { "servers": [{ "url": format!("http://127.0.0.1:{port}") }] } })
}

fn traefik(folder: &Utf8Path, host: &Value, points: &Map<String, Value>, dynamic: &Value) -> Result<Process> {
    let program = cache::folder().join("traefik/traefik");
    ensure!(program.exists(), "{program} is not there: run tests/lab/install");
    let (file, rules) = (folder.join("traefik.yaml"), folder.join("rules.yaml"));
    let mut settings = host["services"]["traefik"]["static"].clone();
    settings["entryPoints"] = Value::Object(points.clone());
    settings["providers"] = json!({ "file": { "filename": rules } });
    settings.as_object_mut().map(|settings| settings.shift_remove("certificatesResolvers"));
    fs::write(&rules, dynamic.to_string())?;
    fs::write(&file, settings.to_string())?;
    Process::start("traefik", Command::new(program).arg(format!("--configfile={file}")), folder)
}

/// A guard with the audit profile of the example fleet's core.
pub(super) fn guard(folder: &Utf8Path, built: &Built, upstream: &Upstream, port: u16) -> Result<Process> {
    let text = fs::read_to_string(repository::root().join("hosts/generated/core-fra.json"))?;
    let mut settings = serde_json::from_str::<Value>(&text)?["services"]["rampart-guard"].clone();
    settings["listen"] = json!([format!("127.0.0.1:{port}")]);
    settings["metrics"] = format!("127.0.0.1:{}", free_port()?).into();
    settings["upstreamSocket"] = upstream.socket.as_str().into();
    settings["trustedProxies"] = json!(["127.0.0.1"]);
    let name = format!("guard-{}-{port}", upstream.name);
    let file = folder.join(format!("{name}.json"));
    fs::write(&file, settings.to_string())?;
    let mut command = Command::new(&built.guard);
    command.args(["run", "--config", file.as_str()]);
    Process::start(&name, &mut command, folder)?.listening(port)
}

/// A port that nobody has now.
pub(in crate::bench) fn free_port() -> Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}
