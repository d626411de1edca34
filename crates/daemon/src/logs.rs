//! Log records on standard error: JSON for machines, plain lines for a terminal.

use std::{
    env,
    io::{self, IsTerminal, Write},
    os::unix::fs::MetadataExt,
};

use fs_err as fs;
use settings::homeserver::LogLevel;
use tracing::{Level, Metadata, level_filters::LevelFilter};
use tracing_subscriber::{
    filter::Targets,
    fmt::{MakeWriter, Subscriber},
    layer::SubscriberExt as _,
};

/// The shape of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// One JSON object a line.
    Json,
    /// One JSON object a line behind a syslog priority such as `<4>`, which the journal takes off and keeps.
    Journal,
    /// Readable lines.
    Plain,
}

impl Shape {
    /// What fits the place where standard error goes.
    pub fn detect() -> Self {
        if env::var("JOURNAL_STREAM").is_ok_and(|stream| Some(stream) == standard_error()) {
            Self::Journal
        } else if io::stderr().is_terminal() {
            Self::Plain
        } else {
            Self::Json
        }
    }
}

/// Standard error as systemd writes it into `JOURNAL_STREAM`. Children inherit the variable, so that having it
/// proves nothing.
fn standard_error() -> Option<String> {
    let stat = fs::metadata("/proc/self/fd/2").ok()?;
    Some(format!("{}:{}", stat.dev(), stat.ino()))
}

/// The filter for what a configuration says.
pub fn level(level: LogLevel) -> LevelFilter {
    match level {
        LogLevel::Error => LevelFilter::ERROR,
        LogLevel::Warn => LevelFilter::WARN,
        LogLevel::Info => LevelFilter::INFO,
        LogLevel::Debug => LevelFilter::DEBUG,
    }
}

/// Libraries that say too much at `info`, and from where on they are heard; at `debug` wholly.
const TALKATIVE: [(&str, LevelFilter); 2] = [
    ("matrix_sdk", LevelFilter::WARN),
    // What a request came to is its caller's to say.
    ("matrix_sdk::http_client", LevelFilter::OFF),
];

/// Starts logging. A second call changes nothing.
pub fn init(level: LevelFilter, shape: Shape) {
    let lines = Lines { priorities: shape == Shape::Journal };
    // A record that cannot be written is lost. Without this the program would say so on the very same standard error, and
    // panic when that fails, too.
    let builder = Subscriber::builder().log_internal_errors(false);
    let builder = builder.with_max_level(level).with_writer(lines).with_ansi(false);
    let less = |(library, most)| (library, if level < LevelFilter::DEBUG { level.min(most) } else { level });
    let heard = Targets::new().with_default(level).with_targets(TALKATIVE.map(less));
    // An error means that a test or an embedding program already logs, which is as good.
    let _ = match shape {
        Shape::Plain => tracing::subscriber::set_global_default(builder.finish().with(heard)),
        Shape::Json | Shape::Journal => tracing::subscriber::set_global_default(
            builder
                .json()
                .flatten_event(true)
                .with_current_span(false)
                .with_span_list(false)
                .finish()
                .with(heard),
        ),
    };
}

/// Makes a writer for each record.
struct Lines {
    priorities: bool,
}

impl<'a> MakeWriter<'a> for Lines {
    type Writer = Line<io::Stderr>;

    fn make_writer(&'a self) -> Self::Writer {
        Line { priority: None, out: io::stderr() }
    }

    fn make_writer_for(&'a self, meta: &Metadata<'_>) -> Self::Writer {
        Line { priority: self.priorities.then(|| priority(*meta.level())), out: io::stderr() }
    }
}

/// The syslog priority that the journal understands.
const fn priority(level: Level) -> &'static str {
    match level {
        Level::ERROR => "<3>",
        Level::WARN => "<4>",
        Level::INFO => "<6>",
        Level::DEBUG | Level::TRACE => "<7>",
    }
}

/// Writes one record in one call, so that two programs that share a pipe never mix their lines.
struct Line<W> {
    priority: Option<&'static str>,
    out: W,
}

impl<W: Write> Write for Line<W> {
    fn write(&mut self, record: &[u8]) -> io::Result<usize> {
        match self.priority.take() {
            None => self.out.write_all(record)?,
            Some(priority) => self.out.write_all(&[priority.as_bytes(), record].concat())?,
        }
        Ok(record.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use tracing::Level;

    use super::{Line, priority};

    #[test]
    fn the_priority_is_written_once_and_first() {
        let mut line = Line { priority: Some(priority(Level::WARN)), out: Vec::new() };
        assert_eq!(line.write(b"{}").unwrap(), 2);
        line.write_all(b"\n").unwrap();
        assert_eq!(line.out, b"<4>{}\n");
    }

    #[test]
    fn without_a_journal_nothing_is_added() {
        let mut line = Line { priority: None, out: Vec::new() };
        line.write_all(b"{}\n").unwrap();
        assert_eq!(line.out, b"{}\n");
    }
}
