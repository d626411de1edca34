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

/// A target and what came of it.
#[derive(Debug)]
pub(super) struct Target {
    pub(super) what: String,
    pub(super) got: f64,
    pub(super) limit: f64,
    pub(super) kept: bool,
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
            somebody took to connect.\n";
    out += &films::table(report);
    if report.saturated() > 0 {
        out += "**In italics: calls that do not count, because the processors had no time left; they show the machine.**\n";
    }
    out += "\n| target | this run | |\n|---|---|---|\n";
    for Target { what, got, limit, kept } in targets(report) {
        let verdict = if kept { "kept" } else { "**missed**" };
        let _ = writeln!(out, "| {what}: {limit:.1} ms | {got:.1} ms | {verdict} |");
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

fn line(row: &Row) -> String {
    let Row { scenario, mode, calls, kept, figures } = row;
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
    report
        .rows
        .iter()
        .filter(|row| row.mode != "central" && row.kept > 0)
        .filter_map(|row| Some((row, row.figures.as_ref()?)))
        .flat_map(|(row, figures)| {
            let network = figures.ways.iter().filter_map(added).reduce(f64::max).map(|got| Target {
                what: format!(
                    "{}, {}: network above physical delay, median, worst direction",
                    row.scenario, row.mode
                ),
                got,
                limit: ADDED,
                kept: got <= ADDED,
            });
            let near = figures.ways.iter().all(|way| place(&way.from) == place(&way.to));
            let ear = p(&figures.mouth_to_ear, 0).filter(|_| near).map(|got| Target {
                what: format!("{}, {}: mouth to ear, median", row.scenario, row.mode),
                got,
                limit: INSIDE,
                kept: got <= INSIDE,
            });
            [network, ear].into_iter().flatten()
        })
        .collect()
}

fn added(way: &Way) -> Option<f64> {
    Some(p(&way.network, 0)? - way.physical)
}

/// `tyo` of `tyo-2`.
fn place(person: &str) -> &str {
    person.split('-').next().unwrap_or(person)
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
