//! The section of the page with the figures.

use std::fmt::Write as _;

use super::{
    Run,
    memory::CONNECTIONS,
    rounds::{Kind, MEDIA, Media, Rounds},
    targets::Target,
    ways::Way,
};

/// The section, Markdown.
pub(super) fn section(run: &Run, targets: &[Target]) -> String {
    let Run { homeserver, pairs, load, rounds, .. } = run;
    let processors = std::thread::available_parallelism().map_or(0, std::num::NonZero::get);
    let mut out = String::new();
    let _ = writeln!(
        out,
        "One run on {processors} processors, load before it {load}, plain HTTP on loopback, real Traefik, {homeserver}, and a null\n\
         upstream that shows the floor. All ways are open at once and asked in turn, {pairs} rounds at a fixed rate; ratios are of\n\
         the same round. Medians, in brackets the interval that holds the median in 95 of 100 runs. Microseconds belong to the\n\
         machine, ratios travel. Reads under `audit.reads = \"direct\"` take the way \"rules only\".\n\n\
         ![Time in relation to bare Traefik](audit.svg)\n"
    );
    out += "| target | this run | |\n|---|---|---|\n";
    for Target { promise, got, outcome } in targets {
        let _ = writeln!(out, "| {promise} | {got} | {} |", outcome.word());
    }
    out += "\n\"Within noise\": the median misses the target, its interval reaches it. What forwardAuth adds is asked in processor\n\
            time, of Traefik and of the judge beside it, because that is what runs out on a gateway. The time that one request\n\
            waits on an otherwise idle machine stands beside it: the way to the judge and back is one more exchange there, and so\n\
            is the way through the guard.\n\n";
    out += "| request | way | p50, µs | of bare Traefik | CPU of Traefik, µs | CPU beside it, µs |\n\
            |---|---|---|---|---|---|\n";
    for kind in Kind::ALL {
        kind_rows(&mut out, rounds, kind);
    }
    out.push('\n');
    throughput(&mut out, rounds);
    media(&mut out, rounds);
    memory(&mut out, run);
    out
}

fn memory(out: &mut String, run: &Run) {
    let memory = &run.memory;
    let _ = writeln!(
        out,
        "| memory of the guard, resident; peaks with {CONNECTIONS} clients at once | MB |\n|---|---|\n\
         | fresh, of which the program's own file is the most | {:.1} |\n| {CONNECTIONS} idle connections | {:.1} |\n\
         | {CONNECTIONS} downloads of 32 MiB | {:.1} |\n| {CONNECTIONS} uploads of 4 MiB | {:.1} |\n\
         | {CONNECTIONS} bodies of 150 KiB that are judged | {:.1} |",
        memory.fresh, memory.idle, memory.downloads, memory.uploads, memory.judged
    );
}

fn kind_rows(out: &mut String, rounds: &Rounds, kind: Kind) {
    for way in Way::ALL {
        let time = rounds.figure(kind, way, |slice| slice.p50);
        let ratio = rounds.ratio(kind, way, Way::Bare, |slice| slice.p50);
        let traefik = rounds.figure(kind, way, |slice| slice.traefik).median;
        let own = rounds.figure(kind, way, |slice| slice.own).median;
        let _ = writeln!(
            out,
            "| {} | {} | {:.0} ({:.0} to {:.0}) | {:.3} ({:.3} to {:.3}) | {} | {} |",
            kind.name(),
            way.name(),
            time.median,
            time.low,
            time.high,
            ratio.median,
            ratio.low,
            ratio.high,
            shown(way != Way::Direct, traefik),
            shown(!matches!(way, Way::Direct | Way::Bare | Way::Rules), own),
        );
    }
}

fn shown(is_there: bool, value: f64) -> String {
    if is_there { format!("{value:.0}") } else { "–".to_owned() }
}

fn throughput(out: &mut String, rounds: &Rounds) {
    *out += "| saturated by 32 connections that read | null upstream, requests/s | of bare | homeserver, requests/s | of bare |\n|---|---|---|---|---|\n";
    for way in Way::ALL {
        let ((null, of_null), (real, of_real)) =
            (rounds.throughput(false, way), rounds.throughput(true, way));
        let _ = writeln!(
            out,
            "| {} | {null:.0} | {:.2} | {real:.0} | {:.2} |",
            way.name(),
            of_null.median,
            of_real.median
        );
    }
    out.push('\n');
}

fn media(out: &mut String, rounds: &Rounds) {
    *out += "| media | way | ms | of bare |\n|---|---|---|---|\n";
    for media in Media::ALL {
        for way in MEDIA {
            let (took, ratio) = rounds.media(media, way);
            let _ = writeln!(
                out,
                "| {} | {} | {took:.0} | {:.2} ({:.2} to {:.2}) |",
                media.name(),
                way.name(),
                ratio.median,
                ratio.low,
                ratio.high
            );
        }
    }
    out.push('\n');
}
