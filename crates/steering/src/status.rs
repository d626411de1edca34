//! What is known of the media servers at one moment. No names of people and no addresses of theirs are in it.

use serde::{Deserialize, Serialize};
use values::Name;

use crate::State;

/// All foci.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Status {
    /// In the order of the configuration.
    pub foci: Vec<FocusStatus>,
}

/// One focus.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FocusStatus {
    /// Its name.
    pub name: Name,
    /// Whether clients are told it.
    pub state: State,
    /// Its media servers.
    pub servers: Vec<ServerStatus>,
}

/// One media server.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ServerStatus {
    /// Its host.
    pub host: Name,
    /// Whether it is well, seen over several looks.
    pub healthy: bool,
    /// Whether new calls keep away from it.
    pub draining: bool,
    /// What was wrong at the last look.
    pub fault: Option<String>,
    /// What it counted at the last look; none while nobody can read it.
    pub figures: Option<Figures>,
}

/// What a media server counts.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Figures {
    /// Calls.
    pub rooms: u64,
    /// People in them.
    pub participants: u64,
    /// Processor's time since its start, in seconds.
    pub cpu_seconds: f64,
    /// Processors in use between the last two looks.
    pub cpus: Option<f64>,
}

impl Figures {
    /// Reads them from a page in Prometheus' text format; `None` when one is missing. Names: livekit,
    /// `pkg/telemetry/prometheus/rooms.go`; the Go client's process collector.
    pub fn read(page: &str) -> Option<Self> {
        Some(Self {
            rooms: count(page, "livekit_room_total")?,
            participants: count(page, "livekit_participant_total")?,
            cpu_seconds: sum(page, "process_cpu_seconds_total")?,
            cpus: None,
        })
    }

    /// The same with the processors in use since `before`, `seconds` ago. A server that was started again begins at 0.
    #[must_use]
    pub fn since(self, before: Option<Self>, seconds: f64) -> Self {
        let used = before.map(|before| self.cpu_seconds - before.cpu_seconds);
        Self { cpus: used.filter(|used| *used >= 0.0 && seconds > 0.0).map(|used| used / seconds), ..self }
    }
}

fn count(page: &str, name: &str) -> Option<u64> {
    let sum = sum(page, name)?;
    // A count of this size would be nonsense, and everything below it is exact.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it lies within")]
    (0.0..1e15).contains(&sum).then_some(sum as u64)
}

/// The sum over all labels of a metric.
fn sum(page: &str, name: &str) -> Option<f64> {
    let value = |line: &str| -> Option<f64> {
        let rest = line.strip_prefix(name)?;
        let rest = match rest.strip_prefix('{') {
            Some(labels) => labels.rsplit_once('}')?.1,
            None => rest.strip_prefix(' ')?,
        };
        rest.split_ascii_whitespace().next()?.parse().ok()
    };
    page.lines().filter_map(value).reduce(|a, b| a + b)
}

#[cfg(test)]
mod tests {
    use super::Figures;

    const PAGE: &str = "# HELP livekit_participant_total \n# TYPE livekit_participant_total gauge\n\
        livekit_participant_total{node_id=\"ND_a\",node_type=\"SERVER\"} 11\n\
        livekit_participant_total_other 900\n\
        livekit_room_total{node_id=\"ND_a}\",node_type=\"SERVER\"} 3\n\
        process_cpu_seconds_total 12.5\n";

    #[test]
    fn figures_are_read_from_the_page() {
        let figures = Figures::read(PAGE).unwrap();
        assert_eq!((figures.rooms, figures.participants), (3, 11));
        let later = Figures { cpu_seconds: 15.0, ..figures };
        assert_eq!(later.since(Some(figures), 5.0).cpus, Some(0.5));
        assert_eq!(figures.since(Some(later), 5.0).cpus, None);
        assert_eq!(later.since(None, 5.0).cpus, None);
    }

    #[test]
    fn a_page_without_them_has_none() {
        assert_eq!(Figures::read("<html>"), None);
        assert_eq!(Figures::read(&PAGE.replace("livekit_room", "x")), None);
        assert_eq!(Figures::read(&PAGE.replace("} 3", "} NaN")), None);
    }
}
