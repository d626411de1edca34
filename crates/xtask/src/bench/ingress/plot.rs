//! The picture: p50 of every way in relation to bare Traefik, with its interval.

use anyhow::{Result, anyhow};
use plotters::prelude::*;

use super::{
    rounds::{Kind, Rounds},
    ways::Way,
};

const SIZE: (u32, u32) = (1000, 460);
/// Ways that are drawn; bare Traefik is the line at 1.
const WAYS: [(Way, RGBColor); 5] = [
    (Way::Direct, RGBColor(150, 150, 150)),
    (Way::Rules, RGBColor(86, 180, 233)),
    (Way::Guard, RGBColor(0, 114, 178)),
    (Way::Hop, RGBColor(230, 159, 0)),
    (Way::Auth, RGBColor(213, 94, 0)),
];
/// Width of a bar; a kind of request has the width 1.
const BAR: f64 = 0.16;

/// The picture as SVG.
pub(super) fn draw(rounds: &Rounds, homeserver: &str) -> Result<String> {
    let mut svg = String::new();
    {
        let area = SVGBackend::with_string(&mut svg, SIZE).into_drawing_area();
        paint(&area, rounds, homeserver).map_err(|error| anyhow!("the picture cannot be drawn: {error}"))?;
    }
    Ok(svg)
}

type Area<'a> = DrawingArea<SVGBackend<'a>, plotters::coord::Shift>;

fn paint(area: &Area<'_>, rounds: &Rounds, homeserver: &str) -> Result<(), Box<dyn std::error::Error>> {
    area.fill(&WHITE)?;
    let highest = WAYS
        .iter()
        .flat_map(|(way, _)| Kind::ALL.map(|kind| ratio(rounds, kind, *way).high))
        .fold(1.5, f64::max);
    let kinds = f64::from(u8::try_from(Kind::ALL.len())?);
    let mut chart = ChartBuilder::on(area)
        .caption(format!("p50 in relation to bare Traefik ({homeserver})"), ("sans-serif", 18))
        .margin(10)
        .x_label_area_size(40)
        .y_label_area_size(50)
        .build_cartesian_2d(0.0..kinds, 0.0..highest * 1.05)?;
    chart
        .configure_mesh()
        .disable_x_mesh()
        .disable_x_axis()
        .y_desc("1 = bare Traefik")
        .y_label_formatter(&|value| format!("{value:.1}"))
        .draw()?;
    for (place, (way, color)) in (0_u8..).zip(WAYS) {
        let bars = (0_u8..).zip(Kind::ALL).flat_map(|(kind_place, kind)| {
            let figure = ratio(rounds, kind, way);
            let left = f64::from(kind_place) + 0.1 + f64::from(place) * BAR;
            let middle = left + BAR / 2.0;
            let bar = Rectangle::new([(left, 0.0), (left + BAR * 0.9, figure.median)], color.filled());
            let whisker = PathElement::new(vec![(middle, figure.low), (middle, figure.high)], BLACK);
            [bar.into_dyn(), whisker.into_dyn()]
        });
        chart
            .draw_series(bars)?
            .label(way.name())
            .legend(move |(x, y)| Rectangle::new([(x, y - 5), (x + 12, y + 5)], color.filled()));
    }
    chart.draw_series([PathElement::new(vec![(0.0, 1.0), (kinds, 1.0)], BLACK)])?;
    let style = ("sans-serif", 13).into_font();
    for (place, kind) in (0_u8..).zip(Kind::ALL) {
        let (above, below) = kind.name().split_once(", ").unwrap_or((kind.name(), ""));
        let (x, y) = chart.backend_coord(&(f64::from(place) + 0.1, 0.0));
        area.draw(&Text::new(above.to_owned(), (x, y + 8), style.clone()))?;
        area.draw(&Text::new(below.to_owned(), (x, y + 24), style.clone()))?;
    }
    chart.configure_series_labels().background_style(WHITE).border_style(BLACK).draw()?;
    area.present()?;
    Ok(())
}

fn ratio(rounds: &Rounds, kind: Kind, way: Way) -> super::figures::Figure {
    rounds.ratio(kind, way, Way::Bare, |slice| slice.p50)
}
