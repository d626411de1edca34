//! What a person is waiting for, once it takes longer than a second.

use std::{
    io::Write,
    sync::mpsc::{self, Receiver, RecvTimeoutError, Sender},
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

/// How long nothing is said, and then the time between two figures.
const SECOND: Duration = Duration::from_secs(1);

/// Work that goes on until this is dropped. Its line on the terminal is gone by then, so that the answer stands alone.
#[must_use = "the work is over as soon as this is dropped"]
pub(crate) struct Waiting(Option<Speaker>);

struct Speaker {
    /// Nothing is sent: that it is dropped ends the thread at once.
    working: Sender<()>,
    thread: JoinHandle<()>,
}

impl Waiting {
    /// For whoever need not know.
    pub(super) fn silent() -> Self {
        Self(None)
    }

    /// Says on a terminal what is done.
    pub(super) fn on(terminal: impl Write + Send + 'static, what: &str) -> Self {
        Self::after(SECOND, terminal, what.to_owned())
    }

    fn after(patience: Duration, mut terminal: impl Write + Send + 'static, what: String) -> Self {
        let (working, over) = mpsc::channel();
        let speak = move || speak(&mut terminal, &over, patience, &what);
        // Without a thread to spare the work is done in silence.
        let thread = thread::Builder::new().name("waiting".to_owned()).spawn(speak);
        Self(thread.ok().map(|thread| Speaker { working, thread }))
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        if let Some(Speaker { working, thread }) = self.0.take() {
            drop(working);
            // The line is gone when the thread is; a thread that fell over has nothing more to say.
            let _ = thread.join();
        }
    }
}

/// One line that is written over itself, without escapes: not every terminal has them.
fn speak(terminal: &mut impl Write, over: &Receiver<()>, patience: Duration, what: &str) {
    let begun = Instant::now();
    let mut shown = 0;
    while over.recv_timeout(patience) == Err(RecvTimeoutError::Timeout) {
        let line = format!("{what} … {} s", begun.elapsed().as_secs());
        shown = line.chars().count();
        // A terminal that is gone is no reason to stop the work.
        let _ = write!(terminal, "\r{line}").and_then(|()| terminal.flush());
    }
    if shown > 0 {
        let _ = write!(terminal, "\r{:shown$}\r", "").and_then(|()| terminal.flush());
    }
}

#[cfg(test)]
mod tests {
    use std::{
        io,
        sync::{Arc, Mutex},
    };

    use super::*;

    /// What was written, for both sides of the thread.
    #[derive(Clone, Default)]
    struct Screen(Arc<Mutex<Vec<u8>>>);

    impl Screen {
        fn text(&self) -> String {
            String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
        }
    }

    impl Write for Screen {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn short_work_is_done_in_silence() {
        let screen = Screen::default();
        drop(Waiting::after(Duration::from_hours(1), screen.clone(), "checking".to_owned()));
        assert_eq!(screen.text(), "");
        drop(Waiting::silent());
    }

    #[test]
    fn long_work_is_named_and_leaves_nothing_behind() {
        let screen = Screen::default();
        let waiting = Waiting::after(Duration::from_millis(1), screen.clone(), "checking".to_owned());
        let begun = Instant::now();
        while screen.text().matches("checking").count() < 2 && begun.elapsed() < Duration::from_mins(1) {
            thread::sleep(Duration::from_millis(1));
        }
        drop(waiting);
        let text = screen.text();
        assert!(text.starts_with("\rchecking … 0 s\rchecking … "), "{text:?}");
        let (_, end) = text.trim_end_matches('\r').rsplit_once('\r').unwrap();
        assert!(end.len() >= "checking . 0 s".len() && end.trim().is_empty(), "{text:?}");
        assert!(text.ends_with(" \r"), "{text:?}");
    }
}
