//! How exact it is: by how much packets came out too late.

use std::time::Duration;

use serde::Serialize;

/// The widest class.
const CLASSES: usize = 1_000;
/// Microseconds of a class.
const WIDTH: u64 = 10;

/// Counts packets by how late they came out: classes of ten microseconds, up to ten milliseconds.
#[derive(Debug)]
pub struct Lateness {
    counts: Vec<u64>,
    worst: Duration,
}

/// What is said of it.
#[derive(Debug, Serialize, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub struct Summary {
    /// Packets that came out.
    pub packets: u64,
    /// Microseconds that half of them were late, at the most.
    pub p50_us: u64,
    /// The same of 99 of a hundred.
    pub p99_us: u64,
    /// Of all.
    pub worst_us: u64,
}

impl Default for Lateness {
    fn default() -> Self {
        Self { counts: vec![0; CLASSES], worst: Duration::ZERO }
    }
}

impl Lateness {
    /// Counts a packet.
    pub fn add(&mut self, late: Duration) {
        let class =
            usize::try_from(late.as_micros() / u128::from(WIDTH)).unwrap_or(usize::MAX).min(CLASSES - 1);
        if let Some(count) = self.counts.get_mut(class) {
            *count += 1;
        }
        self.worst = self.worst.max(late);
    }

    /// Says what was counted.
    pub fn summary(&self) -> Summary {
        Summary {
            packets: self.counts.iter().sum(),
            p50_us: self.quantile(50),
            p99_us: self.quantile(99),
            worst_us: u64::try_from(self.worst.as_micros()).unwrap_or(u64::MAX),
        }
    }

    /// The upper end of the class that holds the packet in this place of a hundred.
    fn quantile(&self, percent: u64) -> u64 {
        let total: u64 = self.counts.iter().sum();
        let mut left = (total * percent).div_ceil(100);
        for (class, count) in self.counts.iter().enumerate() {
            // The last class has no upper end.
            if left <= *count && class == CLASSES - 1 {
                return u64::try_from(self.worst.as_micros()).unwrap_or(u64::MAX);
            }
            if left <= *count {
                return if total == 0 { 0 } else { (class as u64 + 1) * WIDTH };
            }
            left -= count;
        }
        0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_upper_ends_of_classes() {
        let mut lateness = Lateness::default();
        assert_eq!(lateness.summary(), Summary { packets: 0, p50_us: 0, p99_us: 0, worst_us: 0 });
        for microseconds in 0..100 {
            lateness.add(Duration::from_micros(microseconds));
        }
        lateness.add(Duration::from_secs(1));
        let expected = Summary { packets: 101, p50_us: 60, p99_us: 100, worst_us: 1_000_000 };
        assert_eq!(lateness.summary(), expected);
        (0..200).for_each(|_| lateness.add(Duration::from_millis(20)));
        assert_eq!(lateness.summary().p50_us, 1_000_000);
    }
}
