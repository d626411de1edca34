//! What a verdict costs, by the benchmark of the crate `ingress` (Criterion).

use anyhow::{Context as _, Result};
use fs_err as fs;
use serde_json::Value;

use super::figures::Figure;
use crate::{command, repository};

/// Groups of the benchmark, and what one verdict may take in microseconds.
const GROUPS: [(&str, f64); 2] = [("path", 2.0), ("body", 20.0)];

/// One request that is judged.
pub(super) struct Verdict {
    pub(super) name: String,
    /// Microseconds.
    pub(super) took: Figure,
    /// What it may take.
    pub(super) limit: f64,
}

/// Runs the benchmark and reads what Criterion wrote.
pub(super) fn measure() -> Result<Vec<Verdict>> {
    let mut cargo = command::cargo(&["bench", "--quiet", "--package=ingress", "--bench=decide", "--"]);
    command::run(cargo.args(["--warm-up-time=1", "--measurement-time=2", "--noplot", "--quiet"]))?;
    let folder = repository::target()?.join("criterion");
    let mut found = Vec::new();
    for (group, limit) in GROUPS {
        for entry in fs::read_dir(folder.join(group))? {
            let entry = entry?;
            let file = entry.path().join("new/estimates.json");
            // A folder `report` lies beside the requests.
            let Ok(text) = fs::read_to_string(file) else { continue };
            let name = format!("{group}: {}", entry.file_name().to_string_lossy());
            found.push(Verdict { name, took: estimate(&text)?, limit });
        }
    }
    found.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(found)
}

/// The median in microseconds; Criterion writes nanoseconds.
fn estimate(text: &str) -> Result<Figure> {
    let all: Value = serde_json::from_str(text)?;
    let number = |path: &str| {
        let value = all.pointer(path).and_then(Value::as_f64);
        value.map(|value| value / 1e3).with_context(|| format!("no {path}"))
    };
    Ok(Figure {
        median: number("/median/point_estimate")?,
        low: number("/median/confidence_interval/lower_bound")?,
        high: number("/median/confidence_interval/upper_bound")?,
    })
}

#[cfg(test)]
mod tests {
    use super::estimate;

    #[test]
    fn nanoseconds_become_microseconds() {
        let text = r#"{"median":{"confidence_interval":{"lower_bound":900.0,"upper_bound":2100.0},"point_estimate":1500.0}}"#;
        let figure = estimate(text).unwrap();
        assert_eq!((figure.median, figure.low, figure.high), (1.5, 0.9, 2.1));
        assert!(estimate("{}").is_err());
    }
}
