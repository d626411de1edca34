//! How often one person may give orders (generic cell rate algorithm): one moment for each person is all there is to
//! keep. `governor` does the same with a clock and a map of its own; here the time comes in, and the state goes into the
//! snapshot.

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::moment::after;

/// One person's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Meter {
    /// When all of the burst will be free again.
    free: Timestamp,
    /// Whether the person was told to wait.
    told: bool,
}

/// What the meter says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pace {
    /// Go on.
    Fine,
    /// Too many; the person is to be told, once.
    TooFast,
    /// Too many, and the person knows.
    StillTooFast,
}

impl Meter {
    pub(crate) fn new(now: Timestamp) -> Self {
        Self { free: now, told: false }
    }

    /// Counts one order.
    pub(crate) fn count(&mut self, burst: u32, refill: Duration, now: Timestamp) -> Pace {
        let limit = after(now, refill.saturating_mul(burst.max(1) - 1));
        if self.free.max(now) > limit {
            let pace = if self.told { Pace::StillTooFast } else { Pace::TooFast };
            self.told = true;
            return pace;
        }
        self.told = false;
        self.free = after(self.free.max(now), refill);
        Pace::Fine
    }

    /// Whether it says nothing any more.
    pub(crate) fn is_idle(&self, now: Timestamp) -> bool {
        self.free <= now
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_then_one_by_one() {
        let second = Duration::from_secs(1);
        let mut now = Timestamp::UNIX_EPOCH;
        let mut meter = Meter::new(now);
        let mut paces = |now| [(); 4].map(|()| meter.count(2, second, now));
        assert_eq!(paces(now), [Pace::Fine, Pace::Fine, Pace::TooFast, Pace::StillTooFast]);
        now = after(now, second);
        assert_eq!(paces(now), [Pace::Fine, Pace::TooFast, Pace::StillTooFast, Pace::StillTooFast]);
        assert!(!meter.is_idle(now) && meter.is_idle(after(now, second * 2)));
    }
}
