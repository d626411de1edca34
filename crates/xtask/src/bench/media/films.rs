//! The part of the section with the figures of pictures.

use std::fmt::Write as _;

use super::{
    page::three,
    report::{Browser, Film, Layer, Report, Screen},
};

/// The table of calls with cameras, Markdown.
pub(super) fn table(report: &Report) -> String {
    let mut out = "\n![4K between regions](media-4k.svg)\n\n\
                   | call | mode | pictures | sent, Mbit/s | arrived, Mbit/s | frame, ms | distance, ms \
                   | lost at first / for good, % | shown, % | freezes a minute | frozen, % | until in the call, s \
                   | idle, % | counted |\n|---|---|---|---|---|---|---|---|---|---|---|---|---|---|\n"
        .to_owned();
    for film in &report.films {
        out += &line(film);
    }
    let _ = writeln!(
        out,
        "\nPictures are VP8 that was encoded before, from `tests/lab/camera` (LiveKit's Go client), which decodes nothing: \
         what an\nencoder, a decoder and a screen take comes on top. A camera pays no heed to what a line carries, and has \
         one size.\n*Frame* is p50 / p95 / p99 of the time from handing a frame over to its last packet; a camera lets them \
         out at 2.5 times\nthe film's rate, so a large frame takes its time at any distance. *Distance* is what light and \
         routers take alone, with\na media server beside the camera. *Lost at first* came when it was asked for again, or \
         never: *for good*. *Shown* are\nframes of which nothing was missing, nor of those that they need; a *freeze* is a \
         time between two of them of 150 ms\nmore than there should be (webrtc-stats). Calls with 4K are held once, for {:.0} \
         s. Each screen pulls a copy of its own\nacross: media servers do not pass media to each other.",
        report.large_seconds,
    );
    out
}

fn line(film: &Film) -> String {
    let Film { scenario, mode, calls, kept, figures, .. } = film;
    let Some(figures) = figures else {
        return format!(
            "| {scenario} | {mode} | – | – | – | – | – | – | – | – | – | – | – | 0 of {calls} |\n"
        );
    };
    let Screen {
        streams,
        sent_rate,
        rate,
        lost_first,
        lost,
        shown,
        freezes,
        frozen,
        connect_seconds,
        idle,
        ..
    } = figures;
    let mark = if figures.saturated { "*" } else { "" };
    let distance: Vec<String> = figures.physical.iter().map(|ms| format!("{ms:.0}")).collect();
    format!(
        "| {scenario} | {mode} | {streams} of {} | {sent_rate:.1} | {mark}{rate:.1}{mark} | {mark}{}{mark} | {} \
         | {lost_first:.2} / {lost:.2} | {mark}{shown:.1}{mark} | {mark}{freezes:.1}{mark} | {frozen:.1} \
         | {connect_seconds:.1} | {:.0} | {kept} of {calls} |\n",
        if figures.size.is_empty() { "none".to_owned() } else { figures.size.join(", ") },
        three(&figures.delay),
        distance.join(", "),
        idle * 100.0,
    )
}

/// What browsers sent, Markdown.
pub(super) fn browsers(report: &Report) -> String {
    let Some(first) = report.browsers.first() else { return String::new() };
    let mut out = format!(
        "\nWhat a client in a browser sends of a camera ({}, `livekit-client`,\noptions of Element Call; the camera is the \
         one that Chromium makes up, and somebody in London shows it at the edge there):\n\n\
         | asked for | the camera gives | sent at once |\n|---|---|---|\n",
        first.name,
    );
    for browser in &report.browsers {
        out += &shown(browser);
    }
    out
}

fn shown(Browser { asked: (width, height), camera, layers, error, .. }: &Browser) -> String {
    let Some(camera) = camera else {
        return format!(
            "| {width}×{height} | – | {} |\n",
            error.lines().last().unwrap_or("nothing was said")
        );
    };
    let layers: Vec<String> = layers.iter().map(layer).collect();
    format!("| {width}×{height} | {}×{} | {} |\n", camera.width, camera.height, layers.join("; "))
}

fn layer(Layer { width, height, frames, bits, limited }: &Layer) -> String {
    if *width == 0 {
        return "a layer that is not sent".to_owned();
    }
    let limit = if limited.is_empty() || limited == "none" {
        String::new()
    } else {
        format!(", limited by {limited}")
    };
    format!("{width}×{height}, {frames:.0} frames/s, {:.2} Mbit/s{limit}", bits / 1e6)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_film_that_came_and_one_that_did_not_have_rows() {
        let figures = json!({
            "scenario": "4K, Tokyo → London", "mode": "multi-sfu", "calls": 1, "kept": 0, "saturated": true,
            "size": ["3840×2160"], "streams": 1, "sentRate": 19.4, "rate": 19.3, "delay": [120.0, 131.0, 140.0],
            "physical": [107.2], "lostFirst": 0.2, "lost": 0.0, "shown": 99.6, "freezes": 0.0, "frozen": 0.0,
            "connectSeconds": 1.2, "idle": 0.1,
        });
        let row = line(&serde_json::from_value(figures).unwrap());
        let start = "| 4K, Tokyo → London | multi-sfu | 1 of 3840×2160 | 19.4 | *19.3* | *120 / 131 / 140* | 107 | 0.20 / 0.00";
        assert!(row.starts_with(start), "{row}");
        assert!(row.ends_with("| 10 | 0 of 1 |\n"), "{row}");
        let nothing = json!({ "scenario": "a", "mode": "b", "calls": 0, "kept": 0 });
        let row = line(&serde_json::from_value(nothing).unwrap());
        assert_eq!(row.matches('|').count(), 15, "{row}");
    }

    #[test]
    fn a_browser_says_what_it_sends_or_why_not() {
        let browser = json!({
            "browser": "Chromium 156", "asked": [3840, 2160], "camera": { "width": 1920, "height": 1080 },
            "layers": [{ "width": 1920, "height": 1080, "frames": 30, "bits": 1.7e6, "limited": "cpu" },
                       { "width": 0, "height": 0, "frames": 0, "bits": 0, "limited": "" }],
        });
        let row = shown(&serde_json::from_value(browser).unwrap());
        assert_eq!(
            row,
            "| 3840×2160 | 1920×1080 | 1920×1080, 30 frames/s, 1.70 Mbit/s, limited by cpu; a layer that is not sent |\n"
        );
        let failed = json!({ "asked": [1280, 720], "error": "NotFoundError" });
        assert_eq!(shown(&serde_json::from_value(failed).unwrap()), "| 1280×720 | – | NotFoundError |\n");
    }
}
