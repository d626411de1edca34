//! Starts the real program on a free port and stops it.

use std::{
    io::{BufRead, BufReader},
    net::{SocketAddr, TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    sync::{Arc, Mutex},
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use fs_err as fs;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

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
            "metrics": null,
            "enrolSocket": null,
            "upstreamSocket": dir.path().join("homeserver.sock"),
            "trustedProxies": [],
            "registration": "enrol-socket-only",
            "policy": {
                "audit": {
                    "enable": true, "reads": "guarded", "encryptedCreate": "strip",
                    "blinding": false, "keys": false, "edits": false, "accounts": [],
                },
                "roomVersion": "11",
                "federation": false,
            },
            "maxConnections": 64,
            "maxHeaderBytes": 16384,
            "maxBodyBytes": 1_073_741_824,
            "upstreamConnectTimeout": "1s",
            "headerTimeout": "20s",
            "stopTimeout": "10s",
            "logUsers": "session",
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

/// The guard inside the test's own process, where its patience can be chosen.
pub(crate) struct Impatient {
    pub(crate) address: SocketAddr,
    stop: CancellationToken,
    thread: Option<JoinHandle<()>>,
}

impl Impatient {
    pub(crate) fn start(setup: &Setup, patience: Duration) -> Self {
        let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let mut config: settings::guard::Guard = serde_json::from_value(setup.config.clone()).unwrap();
        config.listen = vec![address];
        let stop = CancellationToken::new();
        let until = stop.clone();
        let thread = thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(guard::serve(config, patience, until)).unwrap();
        });
        let start = Instant::now();
        while TcpStream::connect(address).is_err() {
            assert!(start.elapsed() < SOON, "the guard does not listen");
            thread::sleep(Duration::from_millis(5));
        }
        Self { address, stop, thread: Some(thread) }
    }
}

impl Drop for Impatient {
    fn drop(&mut self) {
        self.stop.cancel();
        let _ = self.thread.take().unwrap().join();
    }
}

/// The program, as cargo built it.
pub(crate) fn program() -> Command {
    Command::new(env!("CARGO_BIN_EXE_rampart-guard"))
}

/// Waits for the end of a process, at most `limit`.
fn wait(child: &mut Child, limit: Duration) -> Option<ExitStatus> {
    let start = Instant::now();
    loop {
        let status = child.try_wait().unwrap();
        if status.is_some() || start.elapsed() >= limit {
            return status;
        }
        thread::sleep(Duration::from_millis(10));
    }
}

/// Exit code and standard error of a process that ends by itself; one that goes on is killed and a failure.
pub(crate) fn ended(mut child: Child) -> (Option<i32>, String) {
    let status = wait(&mut child, SOON);
    let _ = child.kill();
    let text = String::from_utf8(child.wait_with_output().unwrap().stderr).unwrap();
    (status.unwrap_or_else(|| panic!("still running: {text}")).code(), text)
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
        self.signal("TERM");
    }

    /// Sends a signal to this very process.
    pub(crate) fn signal(&self, name: &str) {
        let kill = format!("kill -{name} {}", self.child.id());
        assert!(Command::new("sh").args(["-c", &kill]).status().unwrap().success());
    }

    /// Waits for the end, at most `limit`.
    pub(crate) fn wait(&mut self, limit: Duration) -> Option<ExitStatus> {
        wait(&mut self.child, limit)
    }

    /// The largest resident memory so far beside the program's file, in KiB.
    pub(crate) fn peak_memory(&self) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let value = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap();
            line.trim().trim_end_matches("kB").trim().parse::<u64>().unwrap()
        };
        // Pages of the program's file say how it was built: in a debug build of the whole workspace they are 11 MB.
        value("VmHWM:") - value("RssFile:")
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
