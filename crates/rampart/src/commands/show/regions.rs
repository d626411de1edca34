//! `rampart show regions`: where people are, and which media servers they use.

use anyhow::Result;
use fleet::{
    Focus, Resolved, geography,
    promises::{self, Verdict},
};
use serde::Serialize;
use settings::region::{MediaMode, Region};
use steering::{Candidate, State};
use values::{Cidr, Milliseconds, Name};

use super::listed;
use crate::output::{Output, Table};

/// A space at which a cell is not wrapped; the table prints a plain one.
const NO_BREAK: &str = "\u{a0}";
/// Foci that people are shown; programs get them all.
const SHOWN: usize = 3;

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Shown<'a> {
    name: &'a Name,
    title: &'a str,
    latitude: f64,
    longitude: f64,
    networks: &'a [Cidr],
    mode: MediaMode,
    promise: Option<Milliseconds>,
    /// Whether that can be kept, where something is promised.
    verdict: Option<Word>,
    /// The focus that keeps it again when it stays.
    draining: Option<&'a Name>,
    /// In the order in which clients of the region are told them.
    foci: Vec<Reach<'a>>,
}

/// What becomes of a promise.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Word {
    Kept,
    NotKept,
    NotMeasured,
    NotWhileDraining,
}

/// A focus as seen from a region.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Reach<'a> {
    pub(super) name: &'a Name,
    pub(super) region: &'a Name,
    /// Network latency towards it, one way.
    pub(super) one_way_ms: Option<f64>,
    /// Half of a measured round trip; else the time that light needs.
    pub(super) measured: bool,
}

/// Shows all regions.
pub(super) fn show(fleet: &Resolved, out: &mut Output) -> Result<()> {
    let regions: Vec<Shown<'_>> =
        fleet.regions.iter().map(|(name, region)| describe(fleet, name, region)).collect();
    if out.is_json() {
        return Ok(out.json(&listed("regions", &regions)?)?);
    }
    let mut table = Table::new(["Region", "Mode", "Promise", "Foci, nearest first, fallback last"]);
    for region in &regions {
        let promise = promise(region).unwrap_or_default();
        let title = format!("{} ({})", region.title, region.name);
        table.row([title, super::word(&region.mode), promise, foci(&region.foci)]);
    }
    out.table(&table)?;
    Ok(out.paragraph(&note(fleet))?)
}

fn describe<'a>(fleet: &'a Resolved, name: &'a Name, region: &'a Region) -> Shown<'a> {
    let verdict = promises::of(fleet, name).map(|promise| promise.verdict);
    Shown {
        name,
        title: &region.title,
        latitude: region.latitude.get(),
        longitude: region.longitude.get(),
        networks: &region.networks,
        mode: region.mode,
        promise: region.promise,
        verdict: verdict.map(|verdict| match verdict {
            Verdict::Kept => Word::Kept,
            Verdict::NotKept => Word::NotKept,
            Verdict::NotMeasured => Word::NotMeasured,
            Verdict::Draining(_) => Word::NotWhileDraining,
        }),
        draining: verdict.and_then(|verdict| match verdict {
            Verdict::Draining(focus) => Some(&focus.name),
            Verdict::Kept | Verdict::NotKept | Verdict::NotMeasured => None,
        }),
        foci: nearest(fleet, name),
    }
}

/// What is promised, and what becomes of it.
fn promise(region: &Shown<'_>) -> Option<String> {
    let (promised, verdict) = (region.promise?, region.verdict?);
    let verdict = match (verdict, region.draining) {
        (Word::Kept, _) => "kept".to_owned(),
        (Word::NotKept, _) => "not kept".to_owned(),
        (Word::NotMeasured, _) => "not measured".to_owned(),
        (Word::NotWhileDraining, focus) => format!("not while {} drains", focus.map_or("it", Name::as_str)),
    };
    Some(format!("{} ms,{NO_BREAK}{verdict}", promised.get()).replacen(' ', NO_BREAK, 1))
}

/// All foci as people of a region are told them while every media server is well; those that are draining not at all.
pub(super) fn nearest<'a>(fleet: &'a Resolved, from: &Name) -> Vec<Reach<'a>> {
    let reaches: Vec<Reach<'a>> = fleet.foci.iter().map(|focus| reach(fleet, from, focus)).collect();
    let candidates: Vec<Candidate<'_>> = fleet
        .foci
        .iter()
        .zip(&reaches)
        .map(|(focus, reach)| Candidate {
            name: focus.name.as_str(),
            one_way_ms: reach.one_way_ms.unwrap_or(f64::INFINITY),
            place: fleet.place_in_lists(focus),
            state: if fleet.is_draining(focus) { State::Draining } else { State::Open },
        })
        .collect();
    let order = steering::order(&candidates);
    order.into_iter().filter_map(|index| reaches.get(index).copied()).collect()
}

fn reach<'a>(fleet: &Resolved, from: &Name, focus: &'a Focus) -> Reach<'a> {
    let found = geography::one_way_ms(fleet, from, &focus.region);
    Reach {
        name: &focus.name,
        region: &focus.region,
        // Tenths are all that the figures are good for.
        one_way_ms: found.map(|(ms, _)| (ms * 10.0).round() / 10.0),
        measured: found.is_some_and(|(_, measured)| measured),
    }
}

/// The nearest few and the fallback.
fn foci(all: &[Reach<'_>]) -> String {
    let shown = all.iter().enumerate().filter(|(index, _)| *index < SHOWN || index + 1 == all.len());
    let words = shown.map(|(index, reach)| {
        let gap = if index == all.len() - 1 && all.len() > SHOWN + 1 { "… " } else { "" };
        format!("{gap}{} {}", reach.name, figure(reach)).replace(' ', NO_BREAK)
    });
    words.collect::<Vec<_>>().join(", ")
}

fn figure(reach: &Reach<'_>) -> String {
    match reach.one_way_ms {
        Some(ms) if reach.measured => format!("{ms} ms"),
        Some(ms) => format!("~{ms} ms"),
        None => "?".to_owned(),
    }
}

fn note(fleet: &Resolved) -> String {
    let mut note =
        "\nA figure is half of the measured round trip, or with ~, where no link is measured, the least \
                    time that light in glass needs. It is about the network only; devices add to it."
            .to_owned();
    if fleet.regions.values().any(|region| region.promise.is_some()) {
        note.push_str(
            "\nA promise is judged by the focus that people are told first; `not measured`: light could keep it, and the \
             link is not in `[link]`.",
        );
    }
    note.push_str(
        "\nSome clients keep the list for up to 24 hours: a change reaches them a day later, and who travels may use \
         yesterday's region once.",
    );
    if !fleet.clusters.is_empty() {
        let clusters: Vec<&str> = fleet.clusters.iter().map(|cluster| cluster.name.as_str()).collect();
        note.push_str("\nCluster mode (");
        note.push_str(&clusters.join(", "));
        note.push_str(
            "): a room is on one node of the cluster, and all its people meet there. More nodes hold more rooms, not \
             larger ones.",
        );
    }
    note.push_str(
        "\nWho crashes in a call stays in its list as a ghost for up to 4 hours: Tuwunel has no delayed events (MSC4140). \
         Element Call's mode `matrix_2_0` does not work; leave it at `compatibility`.",
    );
    if !fleet.tenants.is_empty() {
        note.push_str("\nGuests of tenants get the list of foci as it stands, not ordered by region.");
    }
    note
}
