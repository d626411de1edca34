//! Processes that are measured: their time on a processor, their memory, and their end with the bench.

use std::{
    net::TcpStream,
    os::unix::net::UnixStream,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail};
use camino::Utf8Path;
use fs_err as fs;

/// How long one may take to listen; Python is slow at that.
const START: Duration = Duration::from_mins(1);

/// A running program; killed when dropped.
pub(super) struct Process {
    child: Child,
    name: String,
}

impl Process {
    /// Starts it; what it says goes into a file of `folder`.
    pub(super) fn start(name: &str, command: &mut Command, folder: &Utf8Path) -> Result<Self> {
        let said = fs::File::create(folder.join(format!("{name}.log")))?.into_parts().0;
        command.stdin(Stdio::null()).stdout(said.try_clone()?).stderr(said);
        let child = command.spawn().with_context(|| format!("{name} cannot be started"))?;
        Ok(Self { child, name: name.to_owned() })
    }

    /// Waits until it takes connections on a port.
    pub(super) fn listening(mut self, port: u16) -> Result<Self> {
        self.until(|| TcpStream::connect(("127.0.0.1", port)).is_ok())?;
        Ok(self)
    }

    /// Waits until it takes connections on a socket.
    pub(super) fn serving(mut self, socket: &Utf8Path) -> Result<Self> {
        self.until(|| UnixStream::connect(socket).is_ok())?;
        Ok(self)
    }

    fn until(&mut self, ready: impl Fn() -> bool) -> Result<()> {
        let start = Instant::now();
        while !ready() {
            if let Some(status) = self.child.try_wait()? {
                bail!("{} has ended: {status}; see its log", self.name);
            }
            if start.elapsed() > START {
                bail!("{} does not listen", self.name);
            }
            thread::sleep(Duration::from_millis(20));
        }
        Ok(())
    }

    /// Time on a processor so far, of all its threads (Linux: Documentation/scheduler/sched-stats, `/proc/…/schedstat`).
    pub(super) fn on_processor(&self) -> Result<Duration> {
        let mut total = 0;
        for thread in fs::read_dir(format!("/proc/{}/task", self.child.id()))? {
            // A thread may end between the two calls.
            let Ok(text) = fs::read_to_string(thread?.path().join("schedstat")) else { continue };
            total += text.split(' ').next().and_then(|word| word.parse::<u64>().ok()).unwrap_or_default();
        }
        Ok(Duration::from_nanos(total))
    }

    /// Resident memory now and at its peak, in MB of a million bytes.
    pub(super) fn memory(&self) -> Result<(f64, f64)> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let field = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name));
            line.and_then(|line| line.trim().trim_end_matches("kB").trim().parse::<f64>().ok())
        };
        let both = field("VmRSS:").zip(field("VmHWM:")).context("no figures of memory")?;
        Ok((both.0 * 1024.0 / 1e6, both.1 * 1024.0 / 1e6))
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
