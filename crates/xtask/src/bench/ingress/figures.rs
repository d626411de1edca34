//! Medians and their confidence intervals.

/// A median with the interval that holds the true one in 95 of 100 runs.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
pub(super) struct Figure {
    pub(super) median: f64,
    pub(super) low: f64,
    pub(super) high: f64,
}

impl Figure {
    /// By order statistics, which ask nothing of the distribution: the ranks n/2 ± 0.98 √n (Conover, Practical Nonparametric
    /// Statistics, §3.2). Below six values it is their whole range.
    pub(super) fn of(mut values: Vec<f64>) -> Self {
        values.sort_by(f64::total_cmp);
        let Some(last) = values.len().checked_sub(1) else {
            return Self { median: f64::NAN, low: f64::NAN, high: f64::NAN };
        };
        let count = values.len();
        let median = f64::midpoint(values[last / 2], values[count / 2]);
        let reach = 0.98 * as_f64(count).sqrt();
        let below = (as_f64(count) / 2.0 - reach).floor().max(0.0);
        let low = (0..count).rfind(|rank| as_f64(*rank) <= below).unwrap_or(0);
        let low = if count < 6 { 0 } else { low };
        Self { median, low: values[low], high: values[last - low] }
    }
}

fn as_f64(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

/// The median alone.
pub(super) fn median(values: Vec<f64>) -> f64 {
    Figure::of(values).median
}

#[cfg(test)]
mod tests {
    use super::{Figure, as_f64};

    #[test]
    fn twenty_values_have_the_sixth_and_the_fifteenth_as_bounds() {
        let figure = Figure::of((1..=20).rev().map(as_f64).collect());
        assert!((figure.median - 10.5).abs() < 1e-9, "{figure:?}");
        assert!((figure.low - 6.0).abs() < 1e-9 && (figure.high - 15.0).abs() < 1e-9, "{figure:?}");
    }

    #[test]
    fn few_values_are_their_range() {
        let figure = Figure::of(vec![3.0, 1.0, 2.0]);
        assert_eq!((figure.median, figure.low, figure.high), (2.0, 1.0, 3.0));
        assert!(Figure::of(Vec::new()).median.is_nan());
    }
}
