//! The picture: one-way network delay of each call and mode, with the physical delay as a line.

use anyhow::{Result, anyhow};
use plotters::prelude::*;

use super::report::{Report, Row, p};

const SIZE: (u32, u32) = (1000, 460);
const MODES: [(&str, RGBColor); 4] = [
    ("multi-sfu", RGBColor(0, 114, 178)),
    ("cluster", RGBColor(86, 180, 233)),
    ("backbone", RGBColor(0, 158, 115)),
    ("central", RGBColor(213, 94, 0)),
];
/// Width of a bar; a direction has the width 1.
const BAR: f64 = 0.2;

/// A direction of a call, with the figures of each mode.
struct Direction {
    name: String,
    physical: f64,
    /// By mode: p50 and p99.
    delays: Vec<Option<(f64, f64)>>,
}

/// The picture as SVG.
pub(super) fn draw(report: &Report) -> Result<String> {
    let mut svg = String::new();
    {
        let area = SVGBackend::with_string(&mut svg, SIZE).into_drawing_area();
        paint(&area, &directions(report)).map_err(|error| anyhow!("the picture cannot be drawn: {error}"))?;
    }
    Ok(svg)
}

/// The directions of the two calls of two people, each once.
fn directions(report: &Report) -> Vec<Direction> {
    let mut found: Vec<Direction> = Vec::new();
    let first = |mode: &str, row: &Row| row.mode == mode && !row.scenario.starts_with("four");
    for row in report.rows.iter().filter(|row| first("multi-sfu", row)) {
        let Some(figures) = &row.figures else { continue };
        for way in &figures.ways {
            let of_mode = |mode: &str| {
                let other =
                    report.rows.iter().find(|one| one.mode == mode && one.scenario == row.scenario)?;
                let ways = &other.figures.as_ref()?.ways;
                let same = ways.iter().find(|one| one.from == way.from && one.to == way.to)?;
                Some((p(&same.network, 0)?, p(&same.network, 2)?))
            };
            found.push(Direction {
                name: format!("{} → {}", way.from, way.to),
                physical: way.physical,
                delays: MODES.iter().map(|(mode, _)| of_mode(mode)).collect(),
            });
        }
    }
    found
}

type Area<'a> = DrawingArea<SVGBackend<'a>, plotters::coord::Shift>;

fn paint(area: &Area<'_>, directions: &[Direction]) -> Result<(), Box<dyn std::error::Error>> {
    area.fill(&WHITE)?;
    let highest = directions.iter().flat_map(|one| one.delays.iter().flatten().map(|(_, p99)| *p99));
    let highest = highest.fold(10.0, f64::max);
    let count = f64::from(u8::try_from(directions.len())?);
    let mut chart = ChartBuilder::on(area)
        .caption("One-way network delay: p50, and p99 as a line; black: physical delay", ("sans-serif", 18))
        .margin(10)
        .x_label_area_size(30)
        .y_label_area_size(50)
        .build_cartesian_2d(0.0..count.max(1.0), 0.0..highest * 1.05)?;
    chart.configure_mesh().disable_x_mesh().disable_x_axis().y_desc("ms").draw()?;
    for (place, (mode, color)) in (0_u8..).zip(MODES) {
        let left = |number: u8| f64::from(number) + 0.1 + f64::from(place) * BAR;
        let bars = (0_u8..).zip(directions).filter_map(|(number, one)| {
            let (p50, p99) = (*one.delays.get(usize::from(place))?)?;
            let (left, middle) = (left(number), left(number) + BAR * 0.45);
            let bar = Rectangle::new([(left, 0.0), (left + BAR * 0.9, p50)], color.filled());
            Some([bar.into_dyn(), PathElement::new(vec![(middle, p50), (middle, p99)], BLACK).into_dyn()])
        });
        chart
            .draw_series(bars.flatten())?
            .label(mode)
            .legend(move |(x, y)| Rectangle::new([(x, y - 5), (x + 12, y + 5)], color.filled()));
    }
    let lines = (0_u8..).zip(directions).map(|(number, one)| {
        let left = f64::from(number);
        PathElement::new(vec![(left + 0.05, one.physical), (left + 0.95, one.physical)], BLACK)
    });
    chart.draw_series(lines)?;
    for (number, one) in (0_u8..).zip(directions) {
        let (x, y) = chart.backend_coord(&(f64::from(number) + 0.1, 0.0));
        area.draw(&Text::new(one.name.clone(), (x, y + 8), ("sans-serif", 13).into_font()))?;
    }
    chart.configure_series_labels().background_style(WHITE).border_style(BLACK).draw()?;
    area.present()?;
    Ok(())
}
