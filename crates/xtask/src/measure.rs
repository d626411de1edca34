//! Running a program and measuring its time and peak memory.

use std::{
    io::Read as _,
    process::{Command, ExitStatus, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result};
use wait4::Wait4 as _;

use crate::command;

/// What a call gave and cost.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) status: ExitStatus,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    pub(crate) time: Duration,
    /// Time of the processor, which other work on the machine does not lengthen.
    pub(crate) cpu: Duration,
    /// The part of it that the program itself took, without what the kernel did for it.
    pub(crate) user: Duration,
    /// Peak of its resident memory in bytes.
    pub(crate) peak: u64,
}

/// Runs it to its end.
pub(crate) fn measure(command: &mut Command) -> Result<Run> {
    let shown = command::show(command);
    let start = Instant::now();
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot run {shown}"))?;
    // Both pipes at once, or a talkative program would wait for us while we wait for it.
    let mut errors = child.stderr.take();
    let reader = std::thread::spawn(move || {
        let mut bytes = Vec::new();
        errors.as_mut().map(|pipe| pipe.read_to_end(&mut bytes)).transpose().map(|_| bytes)
    });
    let mut stdout = Vec::new();
    if let Some(mut pipe) = child.stdout.take() {
        pipe.read_to_end(&mut stdout)?;
    }
    let ended = child.wait4().with_context(|| format!("waiting for {shown}"))?;
    let stderr = reader.join().ok().context("the reader of an error stream stopped")??;
    Ok(Run {
        status: ended.status,
        stdout: String::from_utf8_lossy(&stdout).into_owned(),
        stderr: String::from_utf8_lossy(&stderr).into_owned(),
        time: start.elapsed(),
        cpu: ended.rusage.utime + ended.rusage.stime,
        user: ended.rusage.utime,
        peak: ended.rusage.maxrss,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_memory_and_both_outputs_are_measured() {
        let run = measure(Command::new("sh").args(["-c", "echo out; echo err >&2; sleep 0.05"])).unwrap();
        assert!(run.status.success());
        assert_eq!((run.stdout.trim(), run.stderr.trim()), ("out", "err"));
        assert!(run.time >= Duration::from_millis(50));
        assert!((500_000..500_000_000).contains(&run.peak), "{}", run.peak);
    }
}
