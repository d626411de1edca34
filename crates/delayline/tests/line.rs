//! What holds for the clockwork, whatever goes in.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::time::Duration;

use delayline::{Full, Line};
use proptest::prelude::*;

/// Way, pause before it, delay; in microseconds.
type Step = (u8, u64, u64);

fn steps() -> impl Strategy<Value = Vec<Step>> {
    proptest::collection::vec((0..4u8, 0..500u64, 0..2_000u64), 1..200)
}

/// Lets things in at their times, and takes them out whenever they are due.
fn run(steps: &[Step]) -> Vec<(u8, Duration, Duration, usize)> {
    let mut line = Line::new(usize::MAX);
    let (mut now, mut out) = (Duration::ZERO, Vec::new());
    for (number, (way, pause, delay)) in steps.iter().enumerate() {
        let arrival = now + Duration::from_micros(*pause);
        while let Some(due) = line.next_due().filter(|due| *due <= arrival) {
            let (way, at, number) = line.pop(due).unwrap();
            out.push((way, at, due, number));
        }
        now = arrival;
        line.push(now, *way, Duration::from_micros(*delay), number).unwrap();
    }
    while let Some(due) = line.next_due() {
        let (way, at, number) = line.pop(due).unwrap();
        out.push((way, at, due, number));
    }
    assert!(line.is_empty());
    out
}

fn arrivals(steps: &[Step]) -> Vec<Duration> {
    let mut now = Duration::ZERO;
    let mut later = |pause: u64| {
        now += Duration::from_micros(pause);
        now
    };
    steps.iter().map(|(_, pause, _)| later(*pause)).collect()
}

proptest! {
    #[test]
    fn all_comes_out_once_and_in_the_order_of_its_way(steps in steps()) {
        let out = run(&steps);
        let mut numbers: Vec<usize> = out.iter().map(|(_, _, _, number)| *number).collect();
        for way in 0..4 {
            let own: Vec<usize> = out.iter().filter(|one| one.0 == way).map(|one| one.3).collect();
            prop_assert!(own.is_sorted(), "{own:?}");
        }
        numbers.sort_unstable();
        prop_assert_eq!(numbers, (0..steps.len()).collect::<Vec<_>>());
    }

    #[test]
    fn nothing_comes_out_early_nor_later_than_what_it_waits_for(steps in steps()) {
        let arrivals = arrivals(&steps);
        for (way, at, due, number) in run(&steps) {
            prop_assert_eq!(at, due);
            let own = |one: usize| arrivals[one] + Duration::from_micros(steps[one].2);
            let expected = (0..=number).filter(|one| steps[*one].0 == way).map(own).max();
            prop_assert_eq!(Some(due), expected);
        }
    }

    #[test]
    fn times_never_go_back(steps in steps()) {
        let times: Vec<Duration> = run(&steps).iter().map(|one| one.2).collect();
        prop_assert!(times.is_sorted(), "{times:?}");
    }
}

#[test]
fn nothing_is_due_before_its_time() {
    let mut line = Line::new(8);
    let (soon, later) = (Duration::from_millis(3), Duration::from_millis(4));
    assert_eq!(line.push(Duration::ZERO, 0, later, "a"), Ok(later));
    assert_eq!(line.pop(soon), None);
    assert_eq!(line.pop(later), Some((0, later, "a")));
}

#[test]
fn a_full_line_takes_no_more_and_gives_it_back() {
    let mut line = Line::new(1);
    assert!(line.push(Duration::ZERO, 0, Duration::ZERO, "a").is_ok());
    assert_eq!(line.push(Duration::ZERO, 0, Duration::ZERO, "b"), Err(Full("b")));
    assert_eq!(line.len(), 1);
}
