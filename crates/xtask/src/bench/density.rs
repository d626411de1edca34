//! `cargo xtask bench-density`: how many people a media server carries, and what an idle edge takes.
//!
//! The lab measures (`tests/lab/measure/density.py`); this shows it. See `docs/media.md`.

use std::{collections::BTreeMap, fmt::Write as _};

use anyhow::Result;
use camino::Utf8PathBuf;
use serde::Deserialize;

use super::{
    lab::{self, Machine},
    section,
};
use crate::ci::Tally;

const PAGE: &str = "docs/media.md";
const TASK: &str = "bench-density";

/// What to measure.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Seconds of each level.
    #[arg(long, default_value_t = 15)]
    seconds: u32,
    /// Calls of four at most, at once.
    #[arg(long, default_value_t = 32)]
    most: u32,
    /// Write the figures into `docs/media.md`.
    #[arg(long)]
    write: bool,
    /// Show figures that were measured before, and measure nothing.
    #[arg(long, value_name = "FILE")]
    from: Option<Utf8PathBuf>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Report {
    date: String,
    machine: Machine,
    stand_ins: Option<Vec<String>>,
    /// Edge → unit → bytes.
    idle_bytes: BTreeMap<String, BTreeMap<String, u64>>,
    /// Of a call.
    people: u32,
    /// Part of the sound that must come.
    well: f64,
    /// Part of the processors that must be idle.
    idle_floor: f64,
    levels: Vec<Level>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Level {
    participants: u32,
    heard: Vec<f64>,
    server_processors: f64,
    client_processors: f64,
    participants_per_processor: Option<f64>,
    idle: f64,
}

impl Level {
    /// The sound of the call that is heard worst.
    fn worst(&self) -> f64 {
        self.heard.iter().copied().reduce(f64::min).unwrap_or_default()
    }
}

/// Measures, prints, and with `--write` writes.
pub(crate) fn run(options: &Options) -> Result<Tally> {
    let report: Report = if let Some(file) = &options.from {
        lab::read(file)?
    } else {
        println!("takes a minute, and half a minute for each level");
        let (seconds, most) = (options.seconds.to_string(), options.most.to_string());
        lab::measured(lab::command(&["density", "--seconds", &seconds, "--most", &most]), None)?
    };
    let text = shown(&report);
    println!("{text}");
    if options.write {
        section::write(PAGE, TASK, &text)?;
        println!("wrote {PAGE}");
    }
    Ok(Tally::of(report.levels.iter().filter(|level| level.worst() >= report.well).count(), 0))
}

/// The section, Markdown.
fn shown(report: &Report) -> String {
    let Machine { processors, model, load } = &report.machine;
    let mut out = format!(
        "{}, {processors} processors ({model}), load at the end {:.1}. Calls of {}, everybody with an open microphone, on one \
         edge;\nmore and more of them, until one gets less than {:.0} % of its sound, or less than {:.0} % of the processors \
         are idle.\n{}\n| people | sound in the worst call, % | server, processors | clients, processors | people for each \
         processor of the server | idle, % |\n|---|---|---|---|---|---|\n",
        report.date,
        load.first().copied().unwrap_or_default(),
        report.people,
        report.well * 100.0,
        report.idle_floor * 100.0,
        lab::stand_ins(report.stand_ins.as_deref()),
    );
    for level in &report.levels {
        let each =
            level.participants_per_processor.map_or_else(|| "–".to_owned(), |each| format!("{each:.0}"));
        let _ = writeln!(
            out,
            "| {} | {:.1} | {:.2} | {:.2} | {each} | {:.0} |",
            level.participants,
            level.worst() * 100.0,
            level.server_processors,
            level.client_processors,
            level.idle * 100.0,
        );
    }
    out += "\nServer and clients share the processors, so this ends long before the server has none left. What an edge \
            without people\ntakes, in MB; pages that its programs share with those of other machines of the lab count in \
            part:\n\n| edge | all | of these |\n|---|---|---|\n";
    for (edge, units) in &report.idle_bytes {
        let mut parts: Vec<(&String, u64)> = units.iter().map(|(unit, bytes)| (unit, *bytes)).collect();
        parts.sort_by_key(|(_, bytes)| std::cmp::Reverse(*bytes));
        let named: Vec<String> =
            parts.iter().take(4).map(|(unit, bytes)| format!("{unit} {:.0}", megabytes(*bytes))).collect();
        let all = units.values().sum();
        let _ = writeln!(out, "| {edge} | {:.0} | {} |", megabytes(all), named.join(", "));
    }
    out
}

fn megabytes(bytes: u64) -> f64 {
    f64::from(u32::try_from(bytes / 100_000).unwrap_or(u32::MAX)) / 10.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_call_and_the_largest_units_are_shown() {
        let text = r#"{ "date": "2026-11-29T04:00+00:00", "machine": { "processors": 2, "model": "X", "load": [1.5] },
            "standIns": ["Synapse for Tuwunel"], "idleBytes": { "edge-lon": { "livekit.service": 28000000, "traefik.service": 30000000 } },
            "people": 4, "well": 0.97, "idleFloor": 0.15,
            "levels": [{ "calls": 1, "participants": 4, "heard": [0.99, 0.98], "serverProcessors": 0.05,
                         "clientProcessors": 0.24, "participantsPerProcessor": 80, "idle": 0.6 }] }"#;
        let shown = shown(&serde_json::from_str(text).unwrap());
        assert!(shown.contains("\nStand-ins: Synapse for Tuwunel.\n\n| people |"), "{shown}");
        assert!(shown.contains("| 4 | 98.0 | 0.05 | 0.24 | 80 | 60 |"), "{shown}");
        assert!(shown.contains("| edge-lon | 58 | traefik.service 30, livekit.service 28 |"), "{shown}");
    }
}
