//! The clockwork: what is held, and when it is due.

use std::{
    cmp::Reverse,
    collections::{BinaryHeap, HashMap},
    hash::Hash,
    time::Duration,
};

/// Holds things until they are due. Times are durations since a start that the caller chose.
///
/// On one way nothing overtakes: a thing whose delay would end before that of the one before it waits for it, as in the
/// queue of a router.
#[derive(Debug)]
pub struct Line<W, T> {
    held: HashMap<u64, (W, T)>,
    due: BinaryHeap<Reverse<(Duration, u64)>>,
    last: HashMap<W, Duration>,
    next: u64,
    capacity: usize,
}

/// So much is held already that no more fits; what did not fit is given back.
#[derive(Debug, PartialEq, Eq)]
pub struct Full<T>(pub T);

impl<W: Copy + Eq + Hash, T> Line<W, T> {
    /// A line that holds at most so many things at once.
    pub fn new(capacity: usize) -> Self {
        Self { held: HashMap::new(), due: BinaryHeap::new(), last: HashMap::new(), next: 0, capacity }
    }

    /// Takes a thing that is to come out after a delay, and gives the time when it will.
    pub fn push(&mut self, now: Duration, way: W, delay: Duration, thing: T) -> Result<Duration, Full<T>> {
        if self.held.len() >= self.capacity {
            return Err(Full(thing));
        }
        let last = self.last.entry(way).or_default();
        let due = (now + delay).max(*last);
        *last = due;
        self.held.insert(self.next, (way, thing));
        // Of two that are due at the same time the first comes first.
        self.due.push(Reverse((due, self.next)));
        self.next += 1;
        Ok(due)
    }

    /// When the next thing is due.
    pub fn next_due(&self) -> Option<Duration> {
        self.due.peek().map(|Reverse((due, _))| *due)
    }

    /// The next thing that is due by now, with its way and the time when it was due.
    pub fn pop(&mut self, now: Duration) -> Option<(W, Duration, T)> {
        self.next_due().filter(|due| *due <= now)?;
        let Reverse((due, number)) = self.due.pop()?;
        let (way, thing) = self.held.remove(&number)?;
        Some((way, due, thing))
    }

    /// How much is held.
    pub fn len(&self) -> usize {
        self.held.len()
    }

    /// Whether nothing is held.
    pub fn is_empty(&self) -> bool {
        self.held.is_empty()
    }
}
