//! The one writer. It knows who reads (`--format`), whether colours are wanted (`NO_COLOR`, a terminal or not) and how
//! wide the terminal is.

mod table;
mod waiting;

use std::{
    io::{self, Stderr, Stdout, Write},
    process::ExitCode,
};

use anstream::{AutoStream, ColorChoice};
use anstyle::{AnsiColor, Style};
use diag::{Report, Sources, pretty};
use serde_json::Value;
pub(crate) use table::Table;
pub(crate) use waiting::Waiting;

use crate::{advice::Advice, args::Format};

/// Columns where no terminal says otherwise.
pub(crate) const WIDTH: u16 = 80;
/// Text over a list.
pub(crate) const TITLE: Style = Style::new().bold();
const BAD: Style = AnsiColor::BrightRed.on_default().bold();
const ADVICE: Style = AnsiColor::BrightCyan.on_default().bold();

/// Where all text goes.
pub(crate) struct Output {
    format: Format,
    out: AutoStream<Stdout>,
    err: AutoStream<Stderr>,
}

impl Output {
    /// A writer to the terminal or wherever the two streams lead.
    pub(crate) fn new(format: Format) -> Self {
        Self { format, out: AutoStream::auto(io::stdout()), err: AutoStream::auto(io::stderr()) }
    }

    /// Whether a program reads.
    pub(crate) fn is_json(&self) -> bool {
        self.format == Format::Json
    }

    /// Prints text as it is; colours are left out where they are not wanted.
    pub(crate) fn text(&mut self, text: &str) -> io::Result<()> {
        self.out.write_all(text.as_bytes())?;
        self.out.flush()
    }

    /// Prints one line.
    pub(crate) fn line(&mut self, line: impl AsRef<str>) -> io::Result<()> {
        self.text(&format!("{}\n", line.as_ref()))
    }

    /// How complaints are drawn here.
    pub(crate) fn pretty(&self) -> pretty::Style {
        style(width(), self.out.current_choice())
    }

    /// Prints text, wrapped to the terminal.
    pub(crate) fn paragraph(&mut self, text: &str) -> io::Result<()> {
        let lines: Vec<String> = text.lines().flat_map(|line| wrap(line, width())).collect();
        self.line(lines.join("\n"))
    }

    /// Prints a table.
    pub(crate) fn table(&mut self, table: &Table) -> io::Result<()> {
        let text = table.draw(width());
        let (head, rest) = text.split_once('\n').unwrap_or((&text, ""));
        self.text(&format!("{TITLE}{head}{TITLE:#}\n{rest}"))
    }

    /// Prints JSON.
    pub(crate) fn json(&mut self, value: &Value) -> io::Result<()> {
        self.line(format!("{value:#}"))
    }

    /// Prints complaints as the answer to a question about them.
    pub(crate) fn report(&mut self, report: &Report, sources: &Sources) -> io::Result<()> {
        self.text(&complaints(report, sources, self.pretty()))
    }

    /// Prints complaints where another answer was expected: for people beside it, for programs instead of it.
    pub(crate) fn refusal(&mut self, report: &Report, sources: &Sources) -> io::Result<()> {
        if self.is_json() {
            return self.json(&report.to_json(sources));
        }
        let text = complaints(report, sources, style(stderr_width(), self.err.current_choice()));
        self.note(format!("{text}{}", failed(report)))
    }

    /// Says something beside the answer. Programs do not need it.
    pub(crate) fn note(&mut self, text: impl AsRef<str>) -> io::Result<()> {
        if self.is_json() {
            return Ok(());
        }
        writeln!(self.err, "{}", text.as_ref())
    }

    /// Says what is being waited for, to a person who looks at a terminal.
    pub(crate) fn progress(&mut self, text: impl AsRef<str>) -> io::Result<()> {
        if self.err.is_terminal() { self.note(text) } else { Ok(()) }
    }

    /// Says what is being done, to a person who looks at a terminal, once it takes longer than a second. It must be over
    /// before anything else is printed.
    pub(crate) fn waiting(&self, what: &str) -> Waiting {
        let is_watched = !self.is_json() && self.err.is_terminal();
        if is_watched { Waiting::on(io::stderr(), what) } else { Waiting::silent() }
    }

    /// Says why a command could not do its work.
    pub(crate) fn give_up(&mut self, error: &anyhow::Error) -> ExitCode {
        if is_broken_pipe(error) {
            // The reader has seen enough, as in `rampart show flows | head`.
            return ExitCode::SUCCESS;
        }
        // There is nobody left to tell when this fails too.
        let _ = self.tell(error);
        ExitCode::from(2)
    }

    /// Says what clap has to say: help, or what is wrong with the words of the command line. It wraps the first to the
    /// terminal, but not the second.
    pub(crate) fn usage(&mut self, said: &clap::Error) -> ExitCode {
        let text = said.render();
        if !said.use_stderr() {
            let _ = self.text(&text.ansi().to_string());
            return ExitCode::SUCCESS;
        }
        // A line that fits keeps its colours. The other is wrapped by what people see of it.
        let (plain, coloured) = (text.to_string(), text.ansi().to_string());
        let width = stderr_width();
        for (plain, coloured) in plain.lines().zip(coloured.lines()) {
            let line = if plain.chars().count() <= width.into() {
                coloured.to_owned()
            } else {
                wrap(plain, width.saturating_sub(2)).join("\n  ")
            };
            let _ = writeln!(self.err, "{line}");
        }
        ExitCode::from(2)
    }

    fn tell(&mut self, error: &anyhow::Error) -> io::Result<()> {
        self.hanging(BAD, "error", &error.to_string())?;
        for cause in error.chain().skip(1) {
            self.hanging(Style::new(), "because", &cause.to_string())?;
        }
        // Not `downcast_ref` on each cause: a context hides its type from the chain.
        match error.downcast_ref::<Advice>() {
            Some(advice) => self.hanging(ADVICE, "help", &advice.help),
            None => Ok(()),
        }
    }

    /// A word and the text behind it, whose further lines are indented.
    fn hanging(&mut self, style: Style, word: &str, text: &str) -> io::Result<()> {
        let indent = word.len() + 2;
        let width = stderr_width().saturating_sub(u16::try_from(indent).unwrap_or_default());
        let lines: Vec<String> = text.lines().flat_map(|line| wrap(line, width)).collect();
        writeln!(self.err, "{style}{word}{style:#}: {}", lines.join(&format!("\n{:indent$}", "")))
    }
}

/// The last line about a fleet with errors.
pub(crate) fn failed(report: &Report) -> String {
    let tally = report.tally();
    format!("{BAD}{tally}{BAD:#}; `rampart explain CODE` says more about each")
}

/// Columns of the terminal.
pub(crate) fn width() -> u16 {
    terminal_size::terminal_size_of(io::stdout()).map_or(WIDTH, |(width, _)| width.0)
}

fn stderr_width() -> u16 {
    terminal_size::terminal_size_of(io::stderr()).map_or(WIDTH, |(width, _)| width.0)
}

/// Complaints with an empty line behind the last.
fn complaints(report: &Report, sources: &Sources, style: pretty::Style) -> String {
    let text = pretty::render(report, sources, style);
    if text.is_empty() { text } else { text + "\n" }
}

fn style(width: u16, colours: ColorChoice) -> pretty::Style {
    pretty::Style { width: width.into(), colour: colours != ColorChoice::Never }
}

/// Breaks a line at spaces so that no part is wider than `width`, unless a single word is.
pub(crate) fn wrap(line: &str, width: u16) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in line.split(' ') {
        let Some(last) = lines.last_mut() else { continue };
        if !last.is_empty() && last.chars().count() + 1 + word.chars().count() > width.into() {
            lines.push(word.to_owned());
        } else {
            let gap = if last.is_empty() { "" } else { " " };
            last.push_str(gap);
            last.push_str(word);
        }
    }
    lines
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let causes = error.chain().filter_map(|cause| cause.downcast_ref::<io::Error>());
    causes.into_iter().any(|cause| cause.kind() == io::ErrorKind::BrokenPipe)
}
