//! The section of the page with the figures.

use std::fmt::Write as _;

use super::{
    films,
    report::{Figures, Report, Row, Way, p},
};
use crate::bench::lab;

/// Milliseconds that the network part may take above physical delay (docs/claims.md).
const ADDED: f64 = 5.0;
/// Milliseconds from mouth to ear inside a region.
const INSIDE: f64 = 100.0;
/// The calls that are held inside one region (`tests/lab/measure/calls.py`), also when nothing of them was measured.
const INSIDE_CALLS: [&str; 1] = ["Tokyo–Tokyo"];

/// A target and what came of it.
#[derive(Debug)]
pub(super) struct Target {
    pub(super) what: String,
    /// Nothing where no call counted.
    pub(super) got: Option<f64>,
    pub(super) limit: f64,
}

impl Target {
    /// What was not measured keeps no promise.
    pub(super) fn is_kept(&self) -> bool {
        self.got.is_some_and(|got| got <= self.limit)
    }
}

/// The section, Markdown.
pub(super) fn section(report: &Report) -> String {
    let mut out = head(report);
    out += "\n![One-way network delay by mode](media.svg)\n\n";
    out += "| call | mode | network, ms | mouth to ear, ms | MOS | lost, % of data / RTP | jitter, ms | jitter buffer, ms | concealed, % | until \
            in the call, s | idle, % | counted |\n|---|---|---|---|---|---|---|---|---|---|---|---|\n";
    for row in &report.rows {
        out += &line(row);
    }
    out += "\nTimes are p50 / p95 / p99 of all directions of a call together. *Network* is one way, from program to program, \
            in data\npackets beside the sound; *mouth to ear* begins with the first sample that a microphone gives and ends \
            where it is played,\nby cross-correlation of a chirp. MOS: ITU-T G.107 from the median of mouth to ear and the \
            packets lost; the impairment\nvalues are those of G.711 with concealment. *Until in the call* is the longest that \
            somebody took to connect.\n\
            A cluster is in one region: in *four regions, cluster* everybody is on the one in Tokyo.\n";
    out += &films::table(report);
    if report.saturated() > 0 {
        out += "**In italics: calls that do not count: somebody could not join, or the processors had no time left; then they \
                show the\nmachine.**\n";
    }
    out += &lost(report);
    out += "\n| target | this run | |\n|---|---|---|\n";
    for target in targets(report) {
        let Target { what, got, limit } = &target;
        let (got, verdict) = match got {
            None => ("–".to_owned(), "**not measured**"),
            Some(got) if target.is_kept() => (format!("{got:.1} ms"), "kept"),
            Some(got) => (format!("{got:.1} ms"), "**missed**"),
        };
        let _ = writeln!(out, "| {what}: {limit:.1} ms | {got} | {verdict} |");
    }
    out += &films::browsers(report);
    out += &accuracy(report);
    out
}

fn head(report: &Report) -> String {
    let load = report.machine.load.first().copied().unwrap_or_default();
    let (world, machine) = (&report.world, &report.machine);
    format!(
        "{}, {} processors ({}), load at the end {load:.1}: {}. {} rounds of {:.0} s, all modes in turn. One way inside a \
         place\n{} ms, jitter {} ms, {} of 1000 UDP packets lost on each way. A call counts when at least {:.0} % of the \
         processors were\nidle.\n{}",
        report.date,
        machine.processors,
        machine.model,
        if report.saturated() == 0 { "quiet" } else { "loaded" },
        report.rounds,
        report.seconds,
        world.inside,
        world.jitter,
        world.lost_of_thousand,
        report.idle_floor * 100.0,
        lab::stand_ins(report.stand_ins.as_deref()),
    )
}

/// Calls in which somebody met an error, which are not the machine's. One with sound and pictures is in both tables, and is
/// named once.
fn lost(report: &Report) -> String {
    let rows = report.rows.iter().map(|row| (&row.scenario, &row.mode, row.errors));
    let films = report.films.iter().map(|film| (&film.scenario, &film.mode, film.errors));
    let mut lost: Vec<(&String, &String, u32)> = Vec::new();
    for (scenario, mode, errors) in rows.chain(films).filter(|(.., errors)| *errors > 0) {
        match lost.iter_mut().find(|(one, other, _)| (*one, *other) == (scenario, mode)) {
            Some((.., known)) => *known = errors.max(*known),
            None => lost.push((scenario, mode, errors)),
        }
    }
    let names: Vec<String> =
        lost.iter().map(|(scenario, mode, errors)| format!("{scenario}, {mode} ({errors})")).collect();
    if names.is_empty() {
        return String::new();
    }
    format!("**Lost to errors, not to the machine: {}.**\n", names.join("; "))
}

fn line(row: &Row) -> String {
    let Row { scenario, mode, calls, kept, figures, .. } = row;
    let Some(figures) = figures else {
        return format!("| {scenario} | {mode} | – | – | – | – | – | – | – | – | – | 0 of {calls} |\n");
    };
    let Figures { loss, rtp_loss, jitter, jitter_buffer, concealed, connect_seconds, idle, .. } = figures;
    let mos = figures.mos.map_or_else(|| "–".to_owned(), |mos| format!("{mos:.2}"));
    let mark = if figures.saturated { "*" } else { "" };
    format!(
        "| {scenario} | {mode} | {mark}{}{mark} | {mark}{}{mark} | {mark}{mos}{mark} | {loss:.2} / {rtp_loss:.2} | {jitter:.1} | {jitter_buffer:.0} | \
         {concealed:.1} | {connect_seconds:.1} | {:.0} | {kept} of {calls} |\n",
        three(&figures.network),
        three(&figures.mouth_to_ear),
        idle * 100.0,
    )
}

pub(super) fn three(quantiles: &[f64]) -> String {
    let all: Vec<String> = quantiles.iter().map(|value| format!("{value:.0}")).collect();
    if all.is_empty() { "–".to_owned() } else { all.join(" / ") }
}

/// The targets of each mode but the central media server, which is there to be compared with.
pub(super) fn targets(report: &Report) -> Vec<Target> {
    report.rows.iter().filter(|row| row.mode != "central").flat_map(of_row).collect()
}

fn of_row(row: &Row) -> Vec<Target> {
    let counted = row.figures.as_ref().filter(|_| row.kept > 0);
    let target = |what: &str, got, limit| Target {
        what: format!("{}, {}: {what}", row.scenario, row.mode),
        got,
        limit,
    };
    // A direction in which nothing arrived has no figure, and so the call has none.
    let network = counted.and_then(|figures| {
        let all: Option<Vec<f64>> = figures.ways.iter().map(added).collect();
        all?.into_iter().reduce(f64::max)
    });
    let mut found = vec![target("network above physical delay, median, worst direction", network, ADDED)];
    if INSIDE_CALLS.contains(&row.scenario.as_str()) {
        let ear = counted.and_then(|figures| p(&figures.mouth_to_ear, 0));
        found.push(target("mouth to ear, median", ear, INSIDE));
    }
    found
}

fn added(way: &Way) -> Option<f64> {
    Some(p(&way.network, 0)? - way.physical)
}

/// How true the emulated distance is.
fn accuracy(report: &Report) -> String {
    let line = &report.delayline;
    let mut off: Vec<f64> = report.pings.values().map(|(measured, wanted)| measured - wanted).collect();
    off.sort_by(f64::total_cmp);
    let middle = off.get(off.len() / 2).copied().unwrap_or_default();
    format!(
        "\nThe delay line held {} packets; half of them came out less than {} µs late, 99 of 100 less than {} µs, the latest \
         {:.1} ms,\nand {} did not fit. Round trips between people and edges, as TCP handshakes see them, are {middle:.1} ms \
         above the table in the\nmiddle, {:.1} ms at worst; twice the jitter is in them.\n",
        line.packets,
        line.p50_us,
        line.p99_us,
        f64::from(u32::try_from(line.worst_us).unwrap_or(u32::MAX)) / 1e3,
        line.overflowed,
        off.last().copied().unwrap_or_default(),
    )
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn figures(network: f64, ear: f64) -> serde_json::Value {
        let way = json!({ "from": "tyo", "to": "tyo-2", "physical": 2.0, "network": [network, 9.0, 9.0] });
        json!({
            "scenario": "Tokyo–Tokyo", "mode": "multi-sfu", "calls": 2, "kept": 1, "errors": 0, "saturated": false,
            "mouthToEar": [ear, 90.0, 99.0], "network": [network, 9.0, 9.0], "loss": 0.0, "mos": 4.4, "jitter": 1.0,
            "jitterBuffer": 30.0, "concealed": 0.0, "rtpLoss": 0.0, "idle": 0.5, "connectSeconds": 0.3, "ways": [way],
        })
    }

    fn found(row: serde_json::Value) -> Vec<Target> {
        of_row(&serde_json::from_value(row).unwrap())
    }

    #[test]
    fn a_target_without_a_call_that_counts_is_not_measured_and_not_kept() {
        let kept = found(figures(5.0, 60.0));
        assert!(kept.len() == 2 && kept.iter().all(Target::is_kept), "{kept:?}");
        assert!(found(figures(12.0, 160.0)).iter().all(|target| target.got.is_some() && !target.is_kept()));
        let mut busy = figures(5.0, 60.0);
        busy["kept"] = json!(0);
        let nothing = json!({ "scenario": "Tokyo–Tokyo", "mode": "cluster", "calls": 1, "kept": 0 });
        for row in [busy, nothing] {
            let targets = found(row);
            assert_eq!(targets.len(), 2);
            assert!(targets.iter().all(|target| target.got.is_none() && !target.is_kept()), "{targets:?}");
        }
    }

    #[test]
    fn a_direction_in_which_nothing_arrived_is_not_measured() {
        let mut row = figures(5.0, 60.0);
        let silent = json!({ "from": "tyo-2", "to": "tyo", "physical": 2.0, "network": [] });
        row["ways"].as_array_mut().unwrap().push(silent);
        assert_eq!(found(row)[0].got, None);
    }

    #[test]
    fn calls_lost_to_errors_are_named_apart_from_busy_ones() {
        let report: Report = serde_json::from_value(json!({
            "date": "", "machine": { "processors": 2, "model": "y", "load": [] }, "rounds": 1, "seconds": 1.0,
            "largeSeconds": 1.0, "idleFloor": 0.15, "pings": {}, "world": { "inside": 1.0, "jitter": 0.5, "lostOfThousand": 1 },
            "delayline": { "packets": 0, "p50Us": 0, "p99Us": 0, "worstUs": 0, "overflowed": 0 }, "browsers": [],
            "films": [{ "scenario": "a", "mode": "cluster", "calls": 2, "kept": 0, "errors": 2, "width": 1280, "height": 720, "count": 12, "sent": 1.5, "physical": [] }],
            "rows": [{ "scenario": "a", "mode": "cluster", "calls": 2, "kept": 0, "errors": 2 },
                     { "scenario": "b", "mode": "backbone", "calls": 1, "kept": 0, "errors": 0 }],
        }))
        .unwrap();
        let text = section(&report);
        assert!(
            text.contains("Lost to errors, not to the machine: a, cluster (2).**")
                && !text.contains("b, backbone ("),
            "{text}"
        );
        assert!(
            text.contains("above physical delay, median, worst direction: 5.0 ms | – | **not measured** |"),
            "{text}"
        );
    }
}
