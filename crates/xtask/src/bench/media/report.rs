//! The figures as `tests/lab/measure` writes them. Times are milliseconds, parts are percent.

use std::collections::BTreeMap;

use serde::Deserialize;

/// p50, p95, p99; empty when nothing arrived.
pub(super) type Quantiles = Vec<f64>;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Report {
    pub(super) date: String,
    pub(super) machine: Machine,
    pub(super) rounds: u32,
    pub(super) seconds: f64,
    /// Part of the processors that must be idle for a call to count.
    pub(super) idle_floor: f64,
    /// Pair of places → round trip that was measured, and the one that is emulated.
    pub(super) pings: BTreeMap<String, (f64, f64)>,
    pub(super) delayline: Delayline,
    pub(super) world: World,
    pub(super) rows: Vec<Row>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Machine {
    pub(super) processors: u32,
    pub(super) model: String,
    pub(super) load: Vec<f64>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Delayline {
    pub(super) packets: u64,
    pub(super) p50_us: u64,
    pub(super) p99_us: u64,
    pub(super) worst_us: u64,
    pub(super) overflowed: u64,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct World {
    pub(super) inside: f64,
    pub(super) jitter: f64,
    pub(super) lost_of_thousand: u32,
}

/// A call in a mode, all directions together.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Row {
    pub(super) scenario: String,
    pub(super) mode: String,
    pub(super) calls: u32,
    /// Calls that count: nobody failed to join, and the processors had time left.
    pub(super) kept: u32,
    #[serde(flatten)]
    pub(super) figures: Option<Figures>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Figures {
    /// No call counts; these are of those that do not.
    pub(super) saturated: bool,
    pub(super) mouth_to_ear: Quantiles,
    pub(super) network: Quantiles,
    pub(super) loss: f64,
    pub(super) mos: Option<f64>,
    pub(super) jitter: f64,
    pub(super) jitter_buffer: f64,
    pub(super) concealed: f64,
    pub(super) rtp_loss: f64,
    pub(super) idle: f64,
    pub(super) connect_seconds: f64,
    pub(super) ways: Vec<Way>,
}

/// From one person to another.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Way {
    pub(super) from: String,
    pub(super) to: String,
    /// What distance alone takes, with a media server beside the speaker.
    pub(super) physical: f64,
    pub(super) network: Quantiles,
}

impl Report {
    /// How many kinds of call have no run that counts.
    pub(super) fn saturated(&self) -> usize {
        self.rows.iter().filter(|row| row.kept == 0).count()
    }
}

/// A quantile, or nothing.
pub(super) fn p(quantiles: &Quantiles, index: usize) -> Option<f64> {
    quantiles.get(index).copied()
}
