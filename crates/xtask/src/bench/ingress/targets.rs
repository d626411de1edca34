//! What is promised of the speed, and whether this run kept it. Ratios of one run travel; microseconds do not.

use super::{
    Run,
    figures::Figure,
    rounds::{Kind, Media, Rounds, Slice},
    ways::Way,
};

/// One promise.
pub(super) struct Target {
    pub(super) promise: String,
    pub(super) got: String,
    pub(super) outcome: Outcome,
}

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    Kept,
    /// The median misses it, and its interval reaches it.
    Noise,
    Missed,
    /// No promise was made.
    Shown,
}

impl Outcome {
    /// For a value that should be small.
    fn at_most(limit: f64, figure: Figure) -> Self {
        if figure.median <= limit {
            Self::Kept
        } else if figure.low <= limit {
            Self::Noise
        } else {
            Self::Missed
        }
    }

    /// For a value that should be large.
    fn at_least(limit: f64, figure: Figure) -> Self {
        let Figure { median, low, high } = figure;
        Self::at_most(-limit, Figure { median: -median, low: -high, high: -low })
    }

    /// A promise that says "within noise" itself.
    fn within_noise(figure: Figure) -> Self {
        if figure.low <= 1.0 { Self::Kept } else { Self::Missed }
    }

    const fn plain(kept: bool) -> Self {
        if kept { Self::Kept } else { Self::Missed }
    }

    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Kept => "kept",
            Self::Noise => "within noise",
            Self::Missed => "**NOT kept**",
            Self::Shown => "no target",
        }
    }
}

const SIMPLE: [Kind; 4] = [Kind::NullRead, Kind::NullWrite, Kind::RealRead, Kind::RealWrite];

fn p50(slice: &Slice) -> f64 {
    slice.p50
}

pub(super) fn of(run: &Run) -> Vec<Target> {
    let rounds = &run.rounds;
    let mut all = rules(rounds);
    all.extend(guard(rounds));
    all.extend(beside(rounds));
    all.extend(Media::ALL.map(|media| {
        let (_, ratio) = rounds.media(media, Way::Guard);
        let promise = format!("{}: within the noise of bare Traefik", media.name());
        target(promise, interval(ratio), Outcome::within_noise(ratio))
    }));
    all.extend(run.verdicts.iter().map(|verdict| {
        let promise = format!("verdict ({}): at most {} µs", verdict.name, verdict.limit);
        let got = format!("{:.2} µs", verdict.took.median);
        target(promise, got, Outcome::at_most(verdict.limit, verdict.took))
    }));
    let busy = run.memory.idle.max(run.memory.downloads).max(run.memory.uploads);
    for (what, most) in
        [("idle or busy with media", busy), ("all with a body of 150 KiB that is judged", run.memory.judged)]
    {
        let promise = format!("guard: at most 12 MB at 64 connections, {what}");
        all.push(target(promise, format!("{most:.1} MB"), Outcome::plain(most <= 12.0)));
    }
    all
}

fn target(promise: String, got: String, outcome: Outcome) -> Target {
    Target { promise, got, outcome }
}

/// What the rules alone cost; reads under `audit.reads = "direct"` take this way.
fn rules(rounds: &Rounds) -> Vec<Target> {
    let of = |kind: Kind, what: &str, value: fn(&Slice) -> f64| {
        let ratio = rounds.ratio(kind, Way::Rules, Way::Bare, value);
        let direct = if kind.is_read() { ", also `reads = \"direct\"`" } else { "" };
        let promise = format!("rules only{direct}: {what} at most 1.02 of bare ({})", kind.name());
        target(promise, interval(ratio), Outcome::at_most(1.02, ratio))
    };
    let times = SIMPLE.map(|kind| of(kind, "p50", p50));
    times.into_iter().chain(SIMPLE.map(|kind| of(kind, "CPU of Traefik", |slice| slice.traefik))).collect()
}

/// What rules and guard cost.
fn guard(rounds: &Rounds) -> Vec<Target> {
    let times = Kind::ALL.map(|kind| {
        let ratio = rounds.ratio(kind, Way::Guard, Way::Hop, p50);
        let promise = format!("rules + guard: no slower than the naive hop within noise ({})", kind.name());
        target(promise, interval(ratio), Outcome::within_noise(ratio))
    });
    let spent = SIMPLE.map(|kind| {
        let own = rounds.figure(kind, Way::Guard, |slice| slice.own);
        let traefik = rounds.figure(kind, Way::Bare, |slice| slice.traefik).median;
        let ratio = Figure { median: own.median / traefik, low: own.low / traefik, high: own.high / traefik };
        let promise = format!("guard: CPU a request at most 0.4 of Traefik's own ({})", kind.name());
        let got = format!("{:.2} ({:.0} of {traefik:.0} µs)", ratio.median, own.median);
        target(promise, got, Outcome::at_most(0.4, ratio))
    });
    times.into_iter().chain(spent).collect()
}

/// Beside bare Traefik at saturation, and beside forwardAuth.
fn beside(rounds: &Rounds) -> Vec<Target> {
    let (_, ratio) = rounds.throughput(true, Way::Guard);
    let promise = "rules + guard: throughput at least 0.90 of bare with the homeserver".to_owned();
    let mut all = vec![target(promise, interval(ratio), Outcome::at_least(0.9, ratio))];
    for kind in [Kind::NullWrite, Kind::RealWrite] {
        // "Cheaper" is what it costs; what is slower is said of the hop.
        let (got, kept) = against_auth(rounds, kind, Slice::cost);
        let promise = format!("forwardAuth adds at least 4 times the processor time ({})", kind.name());
        all.push(target(promise, got, Outcome::plain(kept)));
        let (got, _) = against_auth(rounds, kind, p50);
        let promise = format!("forwardAuth, time that it adds to one request ({})", kind.name());
        all.push(target(promise, got, Outcome::Shown));
    }
    all
}

/// What forwardAuth adds to bare Traefik, and what rules and guard add; whether it is four times as much.
fn against_auth(rounds: &Rounds, kind: Kind, value: fn(&Slice) -> f64) -> (String, bool) {
    let (auth, guard) = (rounds.added(kind, Way::Auth, value), rounds.added(kind, Way::Guard, value));
    let got = format!("{:.1} times: {auth:.0} µs, rules and guard {guard:.0} µs", auth / guard);
    (got, auth >= 4.0 * guard)
}

fn interval(figure: Figure) -> String {
    format!("{:.3} ({:.3} to {:.3})", figure.median, figure.low, figure.high)
}

#[cfg(test)]
mod tests {
    use super::{Figure, Outcome};

    #[test]
    fn a_target_that_only_the_interval_reaches_is_not_called_kept() {
        let figure = |median| Figure { median, low: median - 0.05, high: median + 0.05 };
        assert_eq!(Outcome::at_most(1.02, figure(1.01)), Outcome::Kept);
        assert_eq!(Outcome::at_most(1.02, figure(1.04)), Outcome::Noise);
        assert_eq!(Outcome::at_most(1.02, figure(1.1)), Outcome::Missed);
        assert_eq!(Outcome::at_least(0.9, figure(0.95)), Outcome::Kept);
        assert_eq!(Outcome::at_least(0.9, figure(0.87)), Outcome::Noise);
        assert_eq!(Outcome::at_least(0.9, figure(0.8)), Outcome::Missed);
        assert_eq!(Outcome::within_noise(figure(1.04)), Outcome::Kept);
    }
}
