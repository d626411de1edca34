//! A request of a stranger, to see which routers would take it.

use std::{cell::RefCell, collections::BTreeMap};

use regex::Regex;

/// A request of a stranger. Host name, headers and query are up to the sender, so they do not appear.
pub(super) struct Probe<'p> {
    /// The method.
    pub(super) method: &'p str,
    /// The path.
    pub(super) path: &'p str,
    /// Expressions met so far.
    pub(super) patterns: &'p Patterns,
}

/// Expressions of one host, each compiled once.
#[derive(Default)]
pub(super) struct Patterns(RefCell<BTreeMap<String, Option<Regex>>>);

impl Probe<'_> {
    /// Whether the expression finds something in the path. One that does not compile finds nothing: the complaint about
    /// it is another rule's.
    pub(super) fn fits(&self, pattern: &str) -> bool {
        let mut known = self.patterns.0.borrow_mut();
        if !known.contains_key(pattern) {
            known.insert(pattern.to_owned(), Regex::new(pattern).ok());
        }
        known.get(pattern).and_then(Option::as_ref).is_some_and(|regex| regex.is_match(self.path))
    }
}
