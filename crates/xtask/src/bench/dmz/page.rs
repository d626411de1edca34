//! The section of the page with the figures.

use std::fmt::Write as _;

use super::report::{Memory, Report, Target, megabytes, of, percentile};

/// What the homeserver's unit is called, whichever server it is.
const HOMESERVER: &str = "tuwunel";
/// All processes of a host together.
const ALL: &str = "all";

/// The section, Markdown.
pub(super) fn section(report: &Report) -> String {
    let mut out = head(report);
    out += "\n| target | at most | this run | |\n|---|---|---|---|\n";
    for target in report.targets() {
        let Target { what, unit, limit, got } = &target;
        let verdict = if target.is_kept() { "kept" } else { "**NOT kept**" };
        let _ = writeln!(out, "| {what} | {limit}{unit} | {got:.1}{unit} | {verdict} |");
    }
    out += "\n| milliseconds | p50 | p95 | p99 | worst |\n|---|---|---|---|---|\n";
    for (name, took) in [
        ("a message, and a person's echo", &report.echo[..]),
        ("an order, and the bot's answer", &report.order),
        ("the page of a valid link", report.took("page")),
        ("what it asks the homeserver, alone", report.took("homeserver")),
        ("a page that looks nothing up", report.took("start")),
        ("a fixed document of `rampart-answer`", report.took("document")),
    ] {
        let [p50, p95, p99, worst] = [50, 95, 99, 100].map(|percent| percentile(took, percent));
        let _ = writeln!(out, "| {name} | {p50:.1} | {p95:.1} | {p99:.1} | {worst:.1} |");
    }
    out + &memory(report)
}

fn head(report: &Report) -> String {
    let Report { date, homeserver, machine, rate, idle, .. } = report;
    let load = machine.load.first().copied().unwrap_or_default();
    format!(
        "{date}, {} processors ({}), load before it {load:.1}, {:.0} % idle during it.\n{homeserver}.\nOne run in the lab, \
         everything on one machine, all state in memory. The bot is asked on the core, as it asks itself; the page\non the DMZ \
         host, without Traefik, {rate} requests a second whether or not answers come.\n",
        machine.processors,
        machine.model,
        idle * 100.0,
    )
}

/// Resident counts what two programs share twice; proportional leaves to other hosts of the lab what they share.
fn memory(report: &Report) -> String {
    let mut out = "\n| the DMZ host after it, MB | resident | proportional |\n|---|---|---|\n".to_owned();
    let mut row = |name: &str, Memory { resident, proportional }| {
        let _ = writeln!(out, "| {name} | {:.1} | {:.1} |", megabytes(resident), megabytes(proportional));
    };
    let [all, homeserver] = [ALL, HOMESERVER].map(|unit| of(&report.dmz, unit));
    row("all", all);
    row("its homeserver alone", homeserver);
    let rest = Memory {
        resident: all.resident - homeserver.resident,
        proportional: all.proportional - homeserver.proportional,
    };
    row("all but its homeserver", rest);
    let mut units: Vec<_> =
        report.dmz.iter().filter(|(unit, _)| ![ALL, HOMESERVER].contains(&unit.as_str())).collect();
    units.sort_by(|one, other| other.1.proportional.total_cmp(&one.1.proportional));
    for (unit, memory) in units {
        row(&format!("`{unit}`"), *memory);
    }
    let times = rest.resident / homeserver.resident;
    let _ = writeln!(
        out,
        "\nResident counts what programs share once for each of them; proportional shares it out, also to other hosts of the \
         lab.\nBesides its homeserver the host takes {times:.2} times what that homeserver takes alone."
    );
    out
}
