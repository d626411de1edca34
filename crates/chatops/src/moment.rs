//! Times for people: ISO 8601 in UTC, and how far away.

use jiff::{SignedDuration, Timestamp};

/// `2026-11-28T23:15:00Z (in 24 h)`.
pub(crate) fn at(moment: Timestamp, now: Timestamp) -> String {
    format!("{} ({})", iso(moment), relative(moment, now))
}

/// `2026-11-28T23:15:00Z`: whole seconds.
pub(crate) fn iso(moment: Timestamp) -> String {
    Timestamp::from_second(moment.as_second()).unwrap_or(moment).to_string()
}

/// `in 24 h`, `5 min ago`, `now`.
pub(crate) fn relative(moment: Timestamp, now: Timestamp) -> String {
    let away = moment.duration_since(now);
    let length = length(away.unsigned_abs().as_secs());
    match away {
        away if away.unsigned_abs().as_secs() == 0 => "now".to_owned(),
        away if away.is_positive() => format!("in {length}"),
        _ => format!("{length} ago"),
    }
}

/// The largest unit that is there at least twice, rounded to the nearest: `90 s`, `2 min`, `24 h`, `3 d`.
pub(crate) fn length(seconds: u64) -> String {
    let units = [(86_400, "d"), (3_600, "h"), (60, "min")];
    match units.into_iter().find(|(unit, _)| seconds >= unit * 2) {
        Some((unit, word)) => format!("{} {word}", (seconds + unit / 2) / unit),
        None => format!("{seconds} s"),
    }
}

/// `moment + length`, or the end of time.
pub(crate) fn after(moment: Timestamp, length: std::time::Duration) -> Timestamp {
    let length = SignedDuration::try_from(length).unwrap_or(SignedDuration::MAX);
    moment.checked_add(length).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_for_people() {
        let now: Timestamp = "2026-11-28T12:00:00.5Z".parse().unwrap();
        for (moment, expected) in [
            ("2026-11-29T12:00:00.5Z", "2026-11-29T12:00:00Z (in 24 h)"),
            ("2026-12-01T12:00:00.5Z", "2026-12-01T12:00:00Z (in 3 d)"),
            ("2026-11-28T11:55:00.5Z", "2026-11-28T11:55:00Z (5 min ago)"),
            ("2026-11-28T12:01:30.5Z", "2026-11-28T12:01:30Z (in 90 s)"),
            ("2026-11-28T12:00:01Z", "2026-11-28T12:00:01Z (now)"),
        ] {
            assert_eq!(at(moment.parse().unwrap(), now), expected);
        }
        assert_eq!(after(Timestamp::MAX, std::time::Duration::MAX), Timestamp::MAX);
    }
}
