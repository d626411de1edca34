//! Everything around the bot, in a temporary folder.

use std::{
    net::{SocketAddr, TcpListener},
    path::Path,
    process::{Child, Command, ExitStatus},
    thread::JoinHandle,
    time::Duration,
};

use broker::{bootstrap, client::Client};
use broker_api::{token, verbs::TokenList};
use daemon::http::Peer;
use fs_err as fs;
use serde_json::{Value, json};
use tempfile::TempDir;
use testkit::homeserver::{Double, Kind, Synapse};
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use crate::person::Person;

pub(crate) const PASSWORD: &str = "correct horse battery staple";
const ONCE: &str = "one-time-password-of-the-tests-0123456789";
pub(crate) const CLIENT_TOKEN: &str = "client-token-of-the-tests-0123456789";
const PROGRAM: &str = env!("CARGO_BIN_EXE_rampart-bot");

pub(crate) struct Scene {
    pub(crate) folder: TempDir,
    pub(crate) staff: Synapse,
    pub(crate) guests: Double,
    /// What a tenant's broker is asked with.
    pub(crate) asker: Client,
    tenant: settings::broker::Broker,
    brokers: Vec<Running>,
    bot: Option<Child>,
    pub(crate) metrics: SocketAddr,
}

/// A broker on a thread and a runtime of its own.
struct Running {
    stop: CancellationToken,
    thread: Option<JoinHandle<()>>,
}

impl Drop for Running {
    fn drop(&mut self) {
        self.stop.cancel();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn run(config: settings::broker::Broker) -> Running {
    let stop = CancellationToken::new();
    let token = stop.clone();
    let thread = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(broker::run(config, token)).unwrap();
    });
    Running { stop, thread: Some(thread) }
}

fn free() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}

fn broker_config(folder: &Path, homeserver: &Path, kind: &str, guests: &Value) -> Value {
    let at = |name: &str| folder.join(name).display().to_string();
    json!({
        "socket": at("broker.sock"),
        "homeserver": {
            "kind": kind, "serverName": "example.org", "socket": homeserver, "address": null,
            "bootstrapFile": at("bootstrap"),
        },
        "guests": guests, "directory": null, "stateDirectory": at("state"), "maxConnections": 256,
        "requestsPerSecond": 1000, "upstreamTimeout": "10s", "stopTimeout": "5s", "logLevel": "info",
    })
}

impl Scene {
    /// Staff's homeserver with `people`, its broker, a tenant's broker, and no bot yet.
    pub(crate) async fn new(python: &Path, people: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let [core, dmz] = ["core", "dmz"].map(|name| folder.path().join(name));
        for part in [&core, &dmz] {
            fs::create_dir_all(part.join("state")).unwrap();
        }
        let staff = Synapse::start(python, &core).await.unwrap();
        staff.make_account("rampart-broker", ONCE, true).unwrap();
        for name in people {
            staff.make_account(name, PASSWORD, false).unwrap();
        }
        fs::write(core.join("bootstrap"), ONCE).unwrap();
        let config = broker_config(&core, &staff.socket(), "synapse", &Value::Null);
        let config: settings::broker::Broker = serde_json::from_value(config).unwrap();
        bootstrap::run(config.clone(), CancellationToken::new()).await.unwrap();

        let guests = Double::start(&dmz, Kind::TuwunelLike).unwrap();
        fs::write(dmz.join("sentinel"), "sentinel-of-the-tests-0123456789-abc").unwrap();
        fs::write(dmz.join("client-token"), CLIENT_TOKEN).unwrap();
        let admin = guests.state().add_user("rampart-broker", "administrator", true);
        fs::write(dmz.join("state/admin-token"), admin).unwrap();
        let listen = free();
        let of_guests = json!({
            "listen": listen, "clientTokenFile": dmz.join("client-token"), "sentinelFile": dmz.join("sentinel"),
            "pageUrl": "https://partners.example.org/register", "rooms": ["welcome"], "roomVersion": "11",
            "maxTtl": "30d", "maxUses": 10,
        });
        let tenant = broker_config(&dmz, guests.socket(), "tuwunel", &of_guests);
        let tenant: settings::broker::Broker = serde_json::from_value(tenant).unwrap();
        let asker =
            Client::new(Peer::Address(listen), Some(CLIENT_TOKEN.to_owned()), Duration::from_secs(20));
        let brokers = vec![run(config), run(tenant.clone())];
        let scene = Self { folder, staff, guests, asker, tenant, brokers, bot: None, metrics: free() };
        scene.configure(listen);
        scene
    }

    fn configure(&self, broker: SocketAddr) {
        let at = |name: &str| self.folder.path().join(name).display().to_string();
        fs::create_dir(at("bot")).unwrap();
        let config = json!({
            "homeserver": self.staff.address(), "serverName": "example.org",
            "user": "@rampart-bot:example.org", "tokenFile": at("core/state/bot-token"), "roomVersion": "11",
            "accountsSocket": at("core/broker.sock"),
            "orders": {
                "powerLevel": 50, "allowed": [], "secondApproval": false, "defaultLife": "1d", "quota": 50,
                "perMinute": 1000, "confirmTimeout": "1m", "longestDelay": "10m",
            },
            "tenants": [{
                "name": "partners", "title": "Partners", "domain": "partners.example.org",
                "staff": ["@anna:example.org", "@ben:example.org"], "broker": broker,
                "clientTokenFile": at("dmz/client-token"),
            }],
            "watchInterval": "1s", "brokerTimeout": "10s", "stateDirectory": at("bot"), "metrics": self.metrics,
            "stopTimeout": "5s", "logLevel": "debug",
        });
        fs::write(at("bot.json"), config.to_string()).unwrap();
    }

    /// The log goes to `bot.log`.
    pub(crate) fn start_bot(&mut self) {
        let log = fs::File::options().create(true).append(true).open(self.log()).unwrap();
        let mut command = Command::new(PROGRAM);
        command.args(["run", "--config"]).arg(self.folder.path().join("bot.json")).stderr(log.into_file());
        self.bot = Some(command.spawn().unwrap());
    }

    /// SIGKILL, in the middle of whatever it does.
    pub(crate) fn kill_bot(&mut self) {
        let mut bot = self.bot.take().unwrap();
        bot.kill().unwrap();
        bot.wait().unwrap();
    }

    /// SIGTERM, and the end.
    pub(crate) fn stop_bot(&mut self) -> ExitStatus {
        let mut bot = self.bot.take().unwrap();
        let pid = bot.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
        bot.wait().unwrap()
    }

    /// Resident memory of the bot in KiB.
    pub(crate) fn memory(&self) -> u64 {
        let pid = self.bot.as_ref().unwrap().id();
        let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
        let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
        line.split_whitespace().nth(1).unwrap().parse().unwrap()
    }

    pub(crate) fn log(&self) -> std::path::PathBuf {
        self.folder.path().join("bot.log")
    }

    /// The tenant's broker goes away.
    pub(crate) fn stop_tenant(&mut self) {
        self.brokers.pop();
    }

    pub(crate) fn start_tenant(&mut self) {
        self.brokers.push(run(self.tenant.clone()));
    }

    pub(crate) async fn person(&self, name: &str) -> Person {
        Person::enter(self.staff.address(), name, PASSWORD).await
    }

    /// `rampart-bot ledger …`: exit code and what it said.
    pub(crate) fn ledger(&self, words: &[&str]) -> (i32, String) {
        let mut command = Command::new(PROGRAM);
        let config = self.folder.path().join("bot.json");
        let out = command.args(["ledger", "--config"]).arg(config).args(words).output().unwrap();
        let said = [out.stdout, out.stderr].concat();
        (out.status.code().unwrap(), String::from_utf8(said).unwrap())
    }

    pub(crate) async fn tokens(&self) -> Vec<token::Token> {
        self.asker.ask::<TokenList>(&token::List { all: true }).await.unwrap().tokens
    }

    /// Waits until the tenant's tokens are as wanted.
    pub(crate) async fn wait_for_tokens(&self, what: &str, wanted: impl Fn(&[token::Token]) -> bool) {
        for _ in 0..150 {
            if wanted(&self.tokens().await) {
                return;
            }
            sleep(Duration::from_millis(200)).await;
        }
        panic!("{what}: {:#?}", self.tokens().await);
    }
}

impl Drop for Scene {
    fn drop(&mut self) {
        if let Some(mut bot) = self.bot.take() {
            let _ = bot.kill();
            let _ = bot.wait();
        }
        if std::thread::panicking()
            && let Ok(log) = fs::read_to_string(self.log())
        {
            let lines: Vec<&str> = log.lines().filter(|line| !line.contains("\"DEBUG\"")).collect();
            println!("{}", lines.join("\n"));
        }
    }
}
