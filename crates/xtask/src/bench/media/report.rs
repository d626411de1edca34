//! The figures as `tests/lab/measure` writes them. Times are milliseconds, parts are percent.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::bench::lab::Machine;

/// p50, p95, p99; empty when nothing arrived.
pub(super) type Quantiles = Vec<f64>;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Report {
    pub(super) date: String,
    pub(super) machine: Machine,
    pub(super) stand_ins: Option<Vec<String>>,
    pub(super) rounds: u32,
    pub(super) seconds: f64,
    /// Of a call with 4K.
    pub(super) large_seconds: f64,
    /// Part of the processors that must be idle for a call to count.
    pub(super) idle_floor: f64,
    /// Pair of places → round trip that was measured, and the one that is emulated.
    pub(super) pings: BTreeMap<String, (f64, f64)>,
    pub(super) delayline: Delayline,
    pub(super) world: World,
    pub(super) rows: Vec<Row>,
    pub(super) films: Vec<Film>,
    pub(super) browsers: Vec<Browser>,
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
pub(super) struct Row<F = Figures> {
    pub(super) scenario: String,
    pub(super) mode: String,
    pub(super) calls: u32,
    /// Calls that count: nobody failed to join, and the processors had time left.
    pub(super) kept: u32,
    /// Calls in which somebody met an error; old figures do not say.
    #[serde(default)]
    pub(super) errors: u32,
    #[serde(flatten)]
    pub(super) figures: Option<F>,
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

/// A call with cameras in a mode, all directions together.
pub(super) type Film = Row<Screen>;

/// What screens saw.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Screen {
    pub(super) saturated: bool,
    /// Width × height of what arrived.
    pub(super) size: Vec<String>,
    /// From one camera to one screen each.
    pub(super) streams: u32,
    /// Mbit/s of a stream.
    pub(super) sent_rate: f64,
    pub(super) rate: f64,
    pub(super) delay: Quantiles,
    /// What distance alone takes, of each pair.
    pub(super) physical: Vec<f64>,
    /// Percent of the packets that did not come at the first try.
    pub(super) lost_first: f64,
    pub(super) lost: f64,
    pub(super) shown: f64,
    /// In a minute.
    pub(super) freezes: f64,
    /// Percent of the time.
    pub(super) frozen: f64,
    pub(super) connect_seconds: f64,
    pub(super) idle: f64,
}

/// What a browser with a made-up camera sent.
#[derive(Debug, Deserialize)]
pub(super) struct Browser {
    /// And its version.
    #[serde(default, rename = "browser")]
    pub(super) name: String,
    /// Width and height that the camera was asked for.
    pub(super) asked: (u32, u32),
    /// What it gave; nothing when the page failed.
    pub(super) camera: Option<Camera>,
    #[serde(default)]
    pub(super) layers: Vec<Layer>,
    #[serde(default)]
    pub(super) error: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct Camera {
    pub(super) width: u32,
    pub(super) height: u32,
}

/// One of the sizes that it sent at once.
#[derive(Debug, Deserialize)]
pub(super) struct Layer {
    pub(super) width: u32,
    pub(super) height: u32,
    /// In a second.
    pub(super) frames: f64,
    pub(super) bits: f64,
    /// What WebRTC says it was limited by: `none`, `cpu`, `bandwidth`.
    pub(super) limited: String,
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
    /// How many kinds of call have no run that counts, whatever for.
    pub(super) fn saturated(&self) -> usize {
        let kept = self.rows.iter().map(|row| row.kept).chain(self.films.iter().map(|film| film.kept));
        kept.filter(|kept| *kept == 0).count()
    }
}

/// A quantile, or nothing.
pub(super) fn p(quantiles: &Quantiles, index: usize) -> Option<f64> {
    quantiles.get(index).copied()
}
