//! Starts the real program on a free port and stops it.

use std::{
    fs,
    io::{BufRead, BufReader},
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    sync::{Arc, Mutex},
    thread,
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use tempfile::TempDir;

/// How long a test waits for what should happen at once.
pub(crate) const SOON: Duration = Duration::from_secs(10);

/// A guard that is going to be started.
pub(crate) struct Setup {
    pub(crate) dir: TempDir,
    pub(crate) config: Value,
    notify: Option<PathBuf>,
}

impl Setup {
    pub(crate) fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let config = json!({
            "listen": ["127.0.0.1:0"],
            "enrolSocket": null,
            "upstreamSocket": dir.path().join("homeserver.sock"),
            "trustedProxies": [],
            "registration": "enrol-socket-only",
            "maxConnections": 64,
            "maxHeaderBytes": 16384,
            "maxBodyBytes": 1_073_741_824,
            "upstreamConnectTimeout": "1s",
            "upstreamAnswerTimeout": "20s",
            "headerTimeout": "20s",
            "stopTimeout": "10s",
            "logLevel": "debug",
        });
        Self { dir, config, notify: None }
    }

    pub(crate) fn with(mut self, key: &str, value: impl Into<Value>) -> Self {
        self.config[key] = value.into();
        self
    }

    pub(crate) fn with_enrol_socket(self) -> Self {
        let path = self.enrol_socket();
        self.with("enrolSocket", path.to_str().unwrap())
    }

    pub(crate) fn notifying(mut self, socket: &Path) -> Self {
        self.notify = Some(socket.to_owned());
        self
    }

    pub(crate) fn homeserver_socket(&self) -> PathBuf {
        self.dir.path().join("homeserver.sock")
    }

    pub(crate) fn enrol_socket(&self) -> PathBuf {
        self.dir.path().join("enrol.sock")
    }

    /// Writes the configuration and returns its path.
    pub(crate) fn write(&self) -> PathBuf {
        let path = self.dir.path().join("guard.json");
        fs::write(&path, self.config.to_string()).unwrap();
        path
    }

    /// Starts the program without waiting for it.
    pub(crate) fn spawn(&self) -> Child {
        let mut command = program();
        command.arg("run").arg("--config").arg(self.write()).stderr(Stdio::piped());
        match &self.notify {
            Some(socket) => command.env("NOTIFY_SOCKET", socket),
            None => command.env_remove("NOTIFY_SOCKET"),
        };
        command.spawn().unwrap()
    }

    /// Starts the program and waits until it is ready.
    pub(crate) fn start(self) -> Guard {
        let mut child = self.spawn();
        let log = Log::follow(&mut child);
        let ready = log.wait_for("ready");
        let address = ready["doors"].as_str().unwrap().split(' ').next().unwrap().parse().unwrap();
        Guard { setup: self, child, address, log }
    }
}

/// The program, as cargo built it.
pub(crate) fn program() -> Command {
    Command::new(env!("CARGO_BIN_EXE_rampart-guard"))
}

/// A running guard; killed when dropped.
pub(crate) struct Guard {
    pub(crate) setup: Setup,
    pub(crate) address: SocketAddr,
    pub(crate) log: Log,
    child: Child,
}

impl Guard {
    /// Sends SIGTERM to this very process.
    pub(crate) fn terminate(&self) {
        let kill = format!("kill -TERM {}", self.child.id());
        assert!(Command::new("sh").args(["-c", &kill]).status().unwrap().success());
    }

    /// Waits for the end, at most `limit`.
    pub(crate) fn wait(&mut self, limit: Duration) -> Option<ExitStatus> {
        let start = Instant::now();
        while start.elapsed() < limit {
            if let Some(status) = self.child.try_wait().unwrap() {
                return Some(status);
            }
            thread::sleep(Duration::from_millis(10));
        }
        None
    }

    /// The largest resident memory so far, in KiB.
    pub(crate) fn peak_memory(&self) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
        line.trim().trim_end_matches("kB").trim().parse().unwrap()
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What the program wrote to standard error.
#[derive(Clone, Default)]
pub(crate) struct Log(Arc<Mutex<Vec<String>>>);

impl Log {
    fn follow(child: &mut Child) -> Self {
        let log = Self::default();
        let (lines, copy) = (BufReader::new(child.stderr.take().unwrap()).lines(), log.clone());
        thread::spawn(move || {
            lines.map_while(Result::ok).for_each(|line| copy.0.lock().unwrap().push(line));
        });
        log
    }

    /// Everything so far.
    pub(crate) fn text(&self) -> String {
        self.0.lock().unwrap().join("\n")
    }

    /// The first record whose message or rule is `word`.
    pub(crate) fn wait_for(&self, word: &str) -> Value {
        let start = Instant::now();
        while start.elapsed() < SOON {
            let lines = self.0.lock().unwrap().clone();
            let records = lines.iter().filter_map(|line| serde_json::from_str::<Value>(line).ok());
            if let Some(found) = records.into_iter().find(|r| r["message"] == word || r["rule"] == word) {
                return found;
            }
            thread::sleep(Duration::from_millis(10));
        }
        panic!("no record `{word}` in:\n{}", self.text());
    }
}
