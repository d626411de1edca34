//! The picture: p50 of every way in relation to bare Traefik, with its interval.

use anyhow::Result;
use plotters::style::RGBColor;

use super::{
    rounds::{Kind, Rounds},
    ways::Way,
};
use crate::bench::bars::{Bar, Group, Picture, Series};

/// Ways that are drawn; bare Traefik is the line at 1.
const WAYS: [(Way, RGBColor); 5] = [
    (Way::Direct, RGBColor(150, 150, 150)),
    (Way::Rules, RGBColor(86, 180, 233)),
    (Way::Guard, RGBColor(0, 114, 178)),
    (Way::Hop, RGBColor(230, 159, 0)),
    (Way::Auth, RGBColor(213, 94, 0)),
];

/// The picture as SVG.
pub(super) fn draw(rounds: &Rounds, homeserver: &str) -> Result<String> {
    let series: Vec<Series> = WAYS.iter().map(|(way, color)| (way.name(), *color)).collect();
    let bar = |kind, way| {
        let ratio = rounds.ratio(kind, way, Way::Bare, |slice| slice.p50);
        Some(Bar { value: ratio.median, from: ratio.low, to: ratio.high })
    };
    let picture = Picture {
        caption: format!("p50 in relation to bare Traefik ({homeserver})"),
        unit: "1 = bare Traefik",
        at_least: 1.5,
        series: &series,
        groups: Kind::ALL
            .into_iter()
            .map(|kind| Group {
                name: kind.name().splitn(2, ", ").map(str::to_owned).collect(),
                line: 1.0,
                bars: WAYS.iter().map(|(way, _)| bar(kind, *way)).collect(),
            })
            .collect(),
    };
    picture.draw()
}
