//! Whether a media server is well, seen over several looks.

use settings::steer;

/// Whether a media server is well. One lost packet must not move people, and a server that comes and goes must not take
/// them to and fro: it takes some failures in a row to fall, and some good looks in a row to rise again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Health {
    failures: u32,
    successes: u32,
    state: Known,
    /// Looks in a row that speak against the state.
    against: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Known {
    /// Nobody has looked yet.
    Nothing,
    Up,
    Down,
}

/// What a look changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// The server is well now.
    Rose,
    /// The server is not well any more.
    Fell,
}

impl Health {
    /// The state before the first look, which decides on its own.
    pub fn new(settings: &steer::Health) -> Self {
        let times = |n: i64| u32::try_from(n).unwrap_or(1);
        Self {
            failures: times(settings.failures.get()),
            successes: times(settings.successes.get()),
            state: Known::Nothing,
            against: 0,
        }
    }

    /// Whether new calls may go there. Before the first look they may: an answer of foci that nobody has looked at is what
    /// clients would get without steering.
    pub fn is_up(&self) -> bool {
        self.state != Known::Down
    }

    /// Takes a look into account.
    pub fn observe(&mut self, well: bool) -> Option<Change> {
        let needed = match (self.state, well) {
            (Known::Up, true) | (Known::Down, false) => {
                self.against = 0;
                return None;
            }
            (Known::Nothing, _) => 1,
            (Known::Up, false) => self.failures,
            (Known::Down, true) => self.successes,
        };
        self.against += 1;
        if self.against < needed {
            return None;
        }
        self.against = 0;
        self.state = if well { Known::Up } else { Known::Down };
        Some(if well { Change::Rose } else { Change::Fell })
    }
}
