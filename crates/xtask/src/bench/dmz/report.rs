//! The figures as `tests/lab/measure/guests.py` writes them, and what they are held against.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::bench::lab::Machine;

/// The promises: docs/claims.md. Milliseconds, and megabytes of a million bytes.
const ANSWER: f64 = 20.0;
const PAGE: f64 = 10.0;
const BOT: f64 = 60.0;
const SMALL: f64 = 12.0;

/// What the lab writes.
#[derive(Debug, Deserialize)]
pub(super) struct Report {
    pub(super) date: String,
    pub(super) homeserver: String,
    /// Its load is that before the measurement.
    pub(super) machine: Machine,
    /// Requests a second for the page, and what is beside it.
    pub(super) rate: u32,
    /// Milliseconds of each round.
    pub(super) echo: Vec<f64>,
    pub(super) order: Vec<f64>,
    pub(super) page: BTreeMap<String, Waits>,
    /// By unit, and of all of a host's processes together.
    pub(super) dmz: BTreeMap<String, Memory>,
    pub(super) core: BTreeMap<String, Memory>,
    /// Part of the processors that nobody wanted.
    pub(super) idle: f64,
}

#[derive(Debug, Deserialize)]
pub(super) struct Waits {
    pub(super) took: Vec<f64>,
    refused: u32,
}

/// Bytes.
#[derive(Debug, Clone, Copy, Deserialize)]
pub(super) struct Memory {
    pub(super) resident: f64,
    pub(super) proportional: f64,
}

/// A target and what came of it.
#[derive(Debug)]
pub(super) struct Target {
    pub(super) what: &'static str,
    pub(super) unit: &'static str,
    pub(super) limit: f64,
    pub(super) got: f64,
}

impl Target {
    pub(super) fn is_kept(&self) -> bool {
        self.got <= self.limit
    }
}

impl Report {
    pub(super) fn targets(&self) -> Vec<Target> {
        let target = |what, unit, limit, got| Target { what, unit, limit, got };
        let resident = |host, unit| megabytes(of(host, unit).resident);
        vec![
            target(
                "the bot's answer, p95, over a person's echo, p95",
                " ms",
                ANSWER,
                percentile(&self.order, 95) - percentile(&self.echo, 95),
            ),
            target("the page of a valid link, p99", " ms", PAGE, percentile(self.took("page"), 99)),
            target("requests for it that were refused", "", 0.0, self.refused()),
            target("`rampart-bot`, resident", " MB", BOT, resident(&self.core, "rampart-bot")),
            target(
                "`rampart-broker` of the core, resident",
                " MB",
                SMALL,
                resident(&self.core, "rampart-broker"),
            ),
            target(
                "`rampart-broker` of the DMZ, resident",
                " MB",
                SMALL,
                resident(&self.dmz, "rampart-broker"),
            ),
            target("`rampart-enrol`, resident", " MB", SMALL, resident(&self.dmz, "rampart-enrol")),
        ]
    }

    pub(super) fn took(&self, what: &str) -> &[f64] {
        self.page.get(what).map_or(&[], |waits| &waits.took)
    }

    fn refused(&self) -> f64 {
        self.page.get("page").map_or(f64::INFINITY, |page| f64::from(page.refused))
    }
}

/// Nothing where there is no such unit, which keeps no promise.
pub(super) fn of(host: &BTreeMap<String, Memory>, unit: &str) -> Memory {
    host.get(unit).copied().unwrap_or(Memory { resident: f64::INFINITY, proportional: f64::INFINITY })
}

pub(super) fn megabytes(bytes: f64) -> f64 {
    bytes / 1e6
}

/// The value that this part of all does not exceed.
pub(super) fn percentile(values: &[f64], percent: usize) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let last = sorted.len().saturating_sub(1);
    sorted.get((sorted.len() * percent / 100).min(last)).copied().unwrap_or(f64::INFINITY)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_not_measured_keeps_no_promise() {
        let text = r#"{ "date": "", "homeserver": "x", "machine": { "processors": 2, "model": "y", "load": [] }, "rate": 200,
                        "echo": [], "order": [], "page": {}, "dmz": {}, "core": {}, "idle": 0.5 }"#;
        let report: Report = serde_json::from_str(text).unwrap();
        assert!(!report.targets().iter().any(Target::is_kept));
    }

    /// There is a broker on either side, and both were promised to be small.
    #[test]
    fn every_program_has_a_target() {
        let large = r#"{ "resident": 5e8, "proportional": 5e8 }"#;
        let [core, dmz] = [["rampart-bot", "rampart-broker"], ["rampart-enrol", "rampart-broker"]]
            .map(|units| units.map(|unit| format!(r#""{unit}": {large}"#)).join(","));
        let text = format!(
            r#"{{ "date": "", "homeserver": "x", "machine": {{ "processors": 2, "model": "y", "load": [] }}, "rate": 200,
                  "echo": [], "order": [], "page": {{}}, "dmz": {{ {dmz} }}, "core": {{ {core} }}, "idle": 0.5 }}"#
        );
        let report: Report = serde_json::from_str(&text).unwrap();
        let too_large = report.targets().iter().filter(|target| target.got.to_string() == "500").count();
        assert_eq!(too_large, 4);
    }

    #[test]
    fn percentiles_are_of_the_sorted_values() {
        let values: Vec<f64> = (0..100).rev().map(f64::from).collect();
        let found = [50, 99, 100].map(|percent| percentile(&values, percent).to_string());
        assert_eq!(found, ["50", "99", "99"]);
    }
}
