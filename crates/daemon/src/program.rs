//! The frame of `main`: logs, runtime, signals, exit code.

use std::{
    error::Error,
    fmt::Display,
    future::Future,
    io::{self, Write},
    path::Path,
    process::ExitCode,
};

use tokio_util::sync::CancellationToken;
use tracing::level_filters::LevelFilter;

use crate::{
    config::ConfigError,
    logs::{self, Shape},
    stop,
};

/// The program started and then failed.
pub const FAILED: u8 = 1;
/// The configuration or the command line cannot be used.
pub const UNUSABLE: u8 = 2;

/// Runs `program` until it returns; it gets the token that SIGTERM and SIGINT cancel.
///
/// One thread: our programs wait on sockets and do little between, and a wake-up of another core costs
/// more than that little.
pub fn run<F, E>(level: LevelFilter, program: impl FnOnce(CancellationToken) -> F) -> ExitCode
where
    F: Future<Output = Result<(), E>>,
    E: Error + 'static,
{
    logs::init(level, Shape::detect());
    match enter(program) {
        Ok(Ok(())) => ExitCode::SUCCESS,
        Ok(Err(error)) => failed(&error),
        Err(error) => failed(&error),
    }
}

fn enter<F: Future>(program: impl FnOnce(CancellationToken) -> F) -> io::Result<F::Output> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async { Ok(program(stop::on_signals()?).await) })
}

fn failed(error: &(dyn Error + 'static)) -> ExitCode {
    tracing::error!(error = %chain(error), "the program failed");
    ExitCode::from(FAILED)
}

/// An error and its causes in one line.
pub fn chain(error: &(dyn Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}

/// Prints what was asked for.
pub fn said(line: &(impl Display + ?Sized)) -> ExitCode {
    match writeln!(io::stdout(), "{line}") {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::from(FAILED),
    }
}

/// Says on standard error what is wrong, and gives the exit code.
pub fn complain(error: &(impl Display + ?Sized), code: u8) -> ExitCode {
    // Without standard error the exit code alone must tell.
    let _ = writeln!(io::stderr(), "error: {error}");
    ExitCode::from(code)
}

/// Says what a command failed with, causes included.
pub fn broken(error: &(dyn Error + 'static)) -> ExitCode {
    complain(&chain(error), FAILED)
}

/// Goes on with a configuration that can be used.
pub fn configured<T>(loaded: Result<T, ConfigError>, act: impl FnOnce(T) -> ExitCode) -> ExitCode {
    match loaded {
        Ok(config) => act(config),
        Err(error) => unusable(&error),
    }
}

/// Says why the configuration cannot be used. Logs may not run yet: their level is in it.
fn unusable(error: &ConfigError) -> ExitCode {
    complain(error, UNUSABLE)
}

/// Says whether the configuration in `file` can be used.
pub fn checked<T>(file: &Path, loaded: Result<T, ConfigError>) -> ExitCode {
    configured(loaded, |_| said(&format!("{}: can be used", file.display())))
}

#[cfg(test)]
mod tests {
    use std::{io, process::ExitCode};

    use tracing::level_filters::LevelFilter;

    use super::{FAILED, chain, run};

    #[derive(Debug, thiserror::Error)]
    #[error("cannot listen")]
    struct Outer(#[source] io::Error);

    #[test]
    fn causes_are_kept() {
        assert_eq!(chain(&Outer(io::Error::other("address in use"))), "cannot listen: address in use");
    }

    #[test]
    fn the_exit_code_tells_success_from_failure() {
        let fine = run(LevelFilter::OFF, |_| async { Ok::<(), Outer>(()) });
        let bad = run(LevelFilter::OFF, |_| async { Err(Outer(io::Error::other("x"))) });
        assert_eq!(format!("{fine:?}"), format!("{:?}", ExitCode::SUCCESS));
        assert_eq!(format!("{bad:?}"), format!("{:?}", ExitCode::from(FAILED)));
    }
}
