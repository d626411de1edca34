//! The pictures: one-way network delay of each call and mode, and of 4K, with the physical delay as a line.

use anyhow::Result;
use plotters::style::RGBColor;

use super::report::{Film, Report, Row, p};
use crate::bench::bars::{Bar, Group, Picture, Series};

const MODES: [Series; 4] = [
    ("multi-sfu", RGBColor(0, 114, 178)),
    ("cluster", RGBColor(86, 180, 233)),
    ("backbone", RGBColor(0, 158, 115)),
    ("central", RGBColor(213, 94, 0)),
];

/// The picture as SVG.
pub(super) fn draw(report: &Report) -> Result<String> {
    let picture = Picture {
        caption: "One-way network delay: p50, and p99 as a line; black: physical delay".to_owned(),
        unit: "ms",
        at_least: 10.0,
        series: &MODES,
        groups: directions(report),
    };
    picture.draw()
}

/// The picture of the calls with 4K as SVG.
pub(super) fn draw_large(report: &Report) -> Result<String> {
    let large = report.films.iter().filter(|film| film.scenario.starts_with("4K"));
    let picture = Picture {
        caption:
            "4K, from handing a frame over to its last packet: p50, and p99 as a line; black: physical delay"
                .to_owned(),
        unit: "ms",
        at_least: 10.0,
        series: &MODES[..1],
        groups: large.filter_map(pair).collect(),
    };
    picture.draw()
}

/// From one region to another.
fn pair(film: &Film) -> Option<Group> {
    let figures = film.figures.as_ref()?;
    let value = p(&figures.delay, 0)?;
    Some(Group {
        name: vec![film.scenario.trim_start_matches("4K, ").to_owned()],
        line: *figures.physical.first()?,
        bars: vec![Some(Bar { value, from: value, to: p(&figures.delay, 2)? })],
    })
}

/// The directions of the two calls of two people, each once.
fn directions(report: &Report) -> Vec<Group> {
    let mut found: Vec<Group> = Vec::new();
    let first = |mode: &str, row: &Row| row.mode == mode && !row.scenario.starts_with("four");
    for row in report.rows.iter().filter(|row| first("multi-sfu", row)) {
        let Some(figures) = &row.figures else { continue };
        for way in &figures.ways {
            let of_mode = |mode: &str| {
                let other =
                    report.rows.iter().find(|one| one.mode == mode && one.scenario == row.scenario)?;
                let ways = &other.figures.as_ref()?.ways;
                let same = ways.iter().find(|one| one.from == way.from && one.to == way.to)?;
                let value = p(&same.network, 0)?;
                Some(Bar { value, from: value, to: p(&same.network, 2)? })
            };
            found.push(Group {
                name: vec![format!("{} → {}", way.from, way.to)],
                line: way.physical,
                bars: MODES.iter().map(|(mode, _)| of_mode(mode)).collect(),
            });
        }
    }
    found
}
