//! A picture of bars in groups, each bar with a whisker and each group with a line to be compared with.

use anyhow::{Result, anyhow};
use plotters::prelude::*;

const SIZE: (u32, u32) = (1000, 460);
/// What the bars of a group take of its width, which is 1.
const WIDTH: f64 = 0.8;
/// Where a group begins.
const MARGIN: f64 = 0.1;

/// What each line of the legend takes of the picture's height, above the highest bar.
const LEGEND: f64 = 0.07;

/// One kind of bar: its name and its colour.
pub(super) type Series = (&'static str, RGBColor);

/// One picture.
#[derive(Debug)]
pub(super) struct Picture<'a> {
    pub(super) caption: String,
    /// What the values are.
    pub(super) unit: &'a str,
    /// What is highest at least.
    pub(super) at_least: f64,
    pub(super) series: &'a [Series],
    pub(super) groups: Vec<Group>,
}

/// Bars side by side.
#[derive(Debug)]
pub(super) struct Group {
    /// One or two lines of text.
    pub(super) name: Vec<String>,
    /// Height of the black line.
    pub(super) line: f64,
    /// One for each of the series.
    pub(super) bars: Vec<Option<Bar>>,
}

/// A value and from where to where its whisker goes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bar {
    pub(super) value: f64,
    pub(super) from: f64,
    pub(super) to: f64,
}

type Area<'a> = DrawingArea<SVGBackend<'a>, plotters::coord::Shift>;

impl Picture<'_> {
    /// The picture as SVG.
    pub(super) fn draw(&self) -> Result<String> {
        let mut svg = String::new();
        {
            let area = SVGBackend::with_string(&mut svg, SIZE).into_drawing_area();
            self.paint(&area).map_err(|error| anyhow!("the picture cannot be drawn: {error}"))?;
        }
        Ok(svg)
    }

    fn highest(&self) -> f64 {
        let bars = self.groups.iter().flat_map(|group| group.bars.iter().flatten());
        bars.map(|bar| bar.to).fold(self.at_least, f64::max)
    }

    fn paint(&self, area: &Area<'_>) -> Result<(), Box<dyn std::error::Error>> {
        area.fill(&WHITE)?;
        let count = f64::from(u8::try_from(self.groups.len())?);
        let kinds = f64::from(u8::try_from(self.series.len())?);
        let top = self.highest() * (1.05 + LEGEND * kinds);
        let mut chart = ChartBuilder::on(area)
            .caption(&self.caption, ("sans-serif", 18))
            .margin(10)
            .x_label_area_size(40)
            .y_label_area_size(50)
            .build_cartesian_2d(0.0..count.max(1.0), 0.0..top)?;
        chart.configure_mesh().disable_x_mesh().disable_x_axis().y_desc(self.unit).draw()?;
        let width = WIDTH / kinds.max(1.0);
        for (place, (name, color)) in (0_u8..).zip(self.series) {
            let (color, left) = (*color, MARGIN + f64::from(place) * width);
            let bars = (0_u8..).zip(&self.groups).filter_map(|(number, group)| {
                let bar = (*group.bars.get(usize::from(place))?)?;
                let left = f64::from(number) + left;
                let middle = left + width * 0.45;
                let body = Rectangle::new([(left, 0.0), (left + width * 0.9, bar.value)], color.filled());
                let whisker = PathElement::new(vec![(middle, bar.from), (middle, bar.to)], BLACK);
                Some([body.into_dyn(), whisker.into_dyn()])
            });
            chart
                .draw_series(bars.flatten())?
                .label(*name)
                .legend(move |(x, y)| Rectangle::new([(x, y - 5), (x + 12, y + 5)], color.filled()));
        }
        let lines = (0_u8..).zip(&self.groups).map(|(number, group)| {
            let left = f64::from(number);
            PathElement::new(vec![(left + 0.05, group.line), (left + 0.95, group.line)], BLACK)
        });
        chart.draw_series(lines)?;
        let style = ("sans-serif", 13).into_font();
        for (number, group) in (0_u8..).zip(&self.groups) {
            let (x, y) = chart.backend_coord(&(f64::from(number) + MARGIN, 0.0));
            for (row, text) in (0_i32..).zip(&group.name) {
                area.draw(&Text::new(text.clone(), (x, y + 8 + 16 * row), style.clone()))?;
            }
        }
        let legend = SeriesLabelPosition::UpperRight;
        chart
            .configure_series_labels()
            .position(legend)
            .background_style(WHITE)
            .border_style(BLACK)
            .draw()?;
        area.present()?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_bar_leaves_its_place_empty() {
        let bar = Some(Bar { value: 2.0, from: 1.5, to: 3.0 });
        let picture = |bars| Picture {
            caption: "x".to_owned(),
            unit: "ms",
            at_least: 1.0,
            series: &[("one", RED), ("two", BLUE)],
            groups: vec![Group { name: vec!["a".to_owned()], line: 1.0, bars }],
        };
        let (both, first) =
            (picture(vec![bar, bar]).draw().unwrap(), picture(vec![bar, None]).draw().unwrap());
        assert_eq!(both.matches("#0000FF").count(), first.matches("#0000FF").count() + 1);
    }
}
