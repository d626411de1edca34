//! What is promised of the speed, and whether this run kept it. Ratios of one run travel; microseconds do not.

use super::{
    memory::Memory,
    rounds::{Kind, Rounds, Slice},
    ways::Way,
};

/// One promise.
pub(super) struct Target {
    pub(super) promise: String,
    pub(super) got: String,
    pub(super) kept: bool,
}

fn p50(slice: &Slice) -> f64 {
    slice.p50
}

pub(super) fn of(rounds: &Rounds, memory: &Memory) -> Vec<Target> {
    let mut out = Vec::new();
    let mut target = |promise: &str, got: String, kept: bool| {
        out.push(Target { promise: promise.to_owned(), got, kept });
    };
    for kind in [Kind::NullRead, Kind::NullWrite, Kind::RealRead, Kind::RealWrite] {
        let ratio = rounds.ratio(kind, Way::Rules, Way::Bare, p50);
        // Kept, too, when noise is all there is between.
        let promise = format!("rules only: p50 at most 1.02 of bare Traefik ({})", kind.name());
        target(&promise, interval(ratio), ratio.median <= 1.02 || ratio.low <= 1.02);
    }
    let ratio = rounds.ratio(Kind::NullRead, Way::Rules, Way::Bare, |slice| slice.traefik);
    target("rules only: CPU of Traefik at most 1.02 of bare", interval(ratio), ratio.low <= 1.02);
    for kind in Kind::ALL {
        let ratio = rounds.ratio(kind, Way::Guard, Way::Hop, p50);
        let promise = format!("rules + guard: no slower than the naive hop within noise ({})", kind.name());
        target(&promise, interval(ratio), ratio.low <= 1.0);
    }
    for kind in [Kind::NullRead, Kind::NullWrite] {
        let own = rounds.figure(kind, Way::Guard, |slice| slice.own).median;
        let traefik = rounds.figure(kind, Way::Bare, |slice| slice.traefik).median;
        let promise = format!("guard: CPU a request at most 0.4 of Traefik's own ({})", kind.name());
        target(&promise, format!("{:.2} ({own:.0} of {traefik:.0} µs)", own / traefik), own <= 0.4 * traefik);
    }
    let (_, ratio) = rounds.throughput(true, Way::Guard);
    target("throughput at least 0.90 of bare with the homeserver", interval(ratio), ratio.high >= 0.90);
    let times = rounds.added_ratio(Kind::NullWrite, Way::Auth, Way::Guard);
    target("writes: forwardAuth adds at least 4 times as much", format!("{times:.1} times"), times >= 4.0);
    for (up, word) in [(false, "down"), (true, "up")] {
        let (_, ratio) = rounds.media(up, Way::Guard);
        let promise = format!("32 MiB {word} within the noise of bare Traefik");
        target(&promise, interval(ratio), ratio.low <= 1.0);
    }
    let most = memory.idle.max(memory.downloads).max(memory.uploads);
    target("guard: at most 12 MB at 64 connections, idle or busy", format!("{most:.1} MB"), most <= 12.0);
    out
}

fn interval(figure: super::figures::Figure) -> String {
    format!("{:.3} ({:.3} to {:.3})", figure.median, figure.low, figure.high)
}
