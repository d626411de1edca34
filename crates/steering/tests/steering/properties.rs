//! What holds for every configuration and every state.

use std::net::{IpAddr, Ipv4Addr};

use proptest::prelude::*;
use serde_json::{Map, json};
use settings::steer::{self, Place};
use steering::{Candidate, Change, Health, Locator, Origin, State, answers, order};
use values::{Cidr, Position};

fn state() -> impl Strategy<Value = State> {
    prop_oneof![Just(State::Open), Just(State::Unhealthy), Just(State::Draining)]
}

/// Foci with distances, some equal; at most one is the fallback.
fn foci() -> impl Strategy<Value = Vec<(f64, State, Place)>> {
    let fallback = prop_oneof![Just(Place::Last), Just(Place::LastUnlessNearest), Just(Place::ByDistance)];
    let list = proptest::collection::vec(((0..6_u8).prop_map(f64::from), state()), 1..9);
    (list, fallback, any::<proptest::sample::Index>()).prop_map(|(list, fallback, at)| {
        let at = at.index(list.len());
        let place = |index| if index == at { fallback } else { Place::ByDistance };
        list.into_iter().enumerate().map(|(index, (ms, state))| (ms, state, place(index))).collect()
    })
}

const NAMES: [&str; 9] = ["i", "h", "g", "f", "e", "d", "c", "b", "a"];

fn candidates(foci: &[(f64, State, Place)]) -> Vec<Candidate<'static>> {
    let candidate = |((one_way_ms, state, place), name): (&(f64, State, Place), &&'static str)| Candidate {
        name,
        one_way_ms: *one_way_ms,
        place: *place,
        state: *state,
    };
    foci.iter().zip(&NAMES).map(candidate).collect()
}

fn network() -> impl Strategy<Value = (u32, u8)> {
    // Few addresses, so that networks hold one another.
    (0..64_u32, 24..=32_u8).prop_map(|(low, length)| (0x0A00_0000 | low, length))
}

fn region(networks: Vec<Cidr>) -> steer::Region {
    let position = Position { latitude: 0.0.try_into().unwrap(), longitude: 0.0.try_into().unwrap() };
    let name = "r".parse().unwrap();
    steer::Region { name, networks, countries: Vec::new(), position, reach: Vec::new() }
}

proptest! {
    #[test]
    fn a_list_is_never_empty_and_names_nothing_twice(foci in foci()) {
        let list = order(&candidates(&foci));
        prop_assert!(!list.is_empty());
        let mut sorted = list.clone();
        sorted.sort_unstable();
        sorted.dedup();
        prop_assert_eq!(sorted.len(), list.len());
    }

    #[test]
    fn while_any_focus_is_open_exactly_the_open_ones_are_told(foci in foci()) {
        let all = candidates(&foci);
        let open: Vec<usize> = (0..all.len()).filter(|i| all[*i].state == State::Open).collect();
        prop_assume!(!open.is_empty());
        let mut list = order(&all);
        list.sort_unstable();
        prop_assert_eq!(list, open);
    }

    #[test]
    fn nothing_nearer_comes_later_except_the_fallback(foci in foci()) {
        let all = candidates(&foci);
        let list = order(&all);
        for pair in list.windows(2) {
            let (first, second) = (all[pair[0]], all[pair[1]]);
            let in_order = (first.one_way_ms, first.name) < (second.one_way_ms, second.name);
            prop_assert!(in_order || second.place != Place::ByDistance);
        }
        let fallback = list.iter().position(|index| all[*index].place == Place::Last);
        prop_assert!(fallback.is_none_or(|at| at + 1 == list.len()));
    }

    #[test]
    fn the_order_does_not_depend_on_the_order_of_the_configuration(foci in foci()) {
        let (all, mut turned) = (candidates(&foci), candidates(&foci));
        turned.reverse();
        let names = |list: &[Candidate<'_>]| order(list).iter().map(|i| list[*i].name.to_owned()).collect::<Vec<_>>();
        prop_assert_eq!(names(&all), names(&turned));
    }

    /// Against the plain definition: look at every network.
    #[test]
    fn the_longest_prefix_counts(
        networks in proptest::collection::vec(network(), 0..20),
        low in 0..64_u32,
    ) {
        let cidr = |(address, length): &(u32, u8)| -> Cidr {
            format!("{}/{length}", Ipv4Addr::from(*address)).parse().unwrap()
        };
        let mut seen = std::collections::BTreeSet::new();
        let unique: Vec<Cidr> = networks.iter().map(cidr).filter(|c| seen.insert(c.network())).collect();
        let regions: Vec<_> = std::iter::once(region(Vec::new()))
            .chain(unique.iter().map(|network| region(vec![*network])))
            .collect();
        let address = IpAddr::V4(Ipv4Addr::from(0x0A00_0000 | low));
        let expected = unique
            .iter()
            .enumerate()
            .filter(|(_, network)| network.contains(address))
            .max_by_key(|(_, network)| network.prefix_len())
            .map_or(0, |(index, _)| index + 1);
        let locator = Locator::new(&regions, 0).unwrap();
        prop_assert_eq!(locator.locate(address, |_| None).region, expected);
    }

    #[test]
    fn what_nothing_places_is_in_the_default_region(address: u32, count in 1..5_usize, at: proptest::sample::Index) {
        let regions: Vec<_> = (0..count).map(|_| region(Vec::new())).collect();
        let default = at.index(count);
        let locator = Locator::new(&regions, default).unwrap();
        let located = locator.locate(IpAddr::V4(address.into()), |_| Some(Origin::default()));
        prop_assert_eq!(located.region, default);
    }

    #[test]
    fn both_surfaces_always_agree(urls in proptest::collection::vec("[a-z\"\\\\]{0,9}", 0..6)) {
        let mut document = Map::new();
        document.insert("m.homeserver".to_owned(), json!({ "base_url": "https://matrix.x.org" }));
        let both = answers(&document, urls.iter().map(String::as_str));
        let read = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
        let (transports, well_known) = (read(&both.transports), read(&both.well_known));
        // Where nobody can call, the document says nothing of calls.
        let told = well_known.get("org.matrix.msc4143.rtc_foci").cloned().unwrap_or_else(|| json!([]));
        prop_assert_eq!(&transports["rtc_transports"], &told);
        prop_assert_eq!(transports["rtc_transports"].as_array().unwrap().len(), urls.len());
        prop_assert_eq!(&well_known["m.homeserver"]["base_url"], "https://matrix.x.org");
    }

    /// Against the plain definition: the last `failures` looks since the last change were all bad, and so on.
    #[test]
    fn health_changes_only_after_enough_looks_in_a_row(
        looks in proptest::collection::vec(any::<bool>(), 0..60),
        failures in 1..5_i64,
        successes in 1..5_i64,
    ) {
        let mut health = Health::new(&settings(failures, successes));
        let (mut up, mut run, mut last) = (None, 0, None);
        for well in looks {
            run = if last == Some(well) { run + 1 } else { 1 };
            last = Some(well);
            let change = health.observe(well);
            let needed = match up { None => 1, Some(true) => failures, Some(false) => successes };
            let changes = up != Some(well) && run >= needed;
            prop_assert_eq!(change, changes.then_some(if well { Change::Rose } else { Change::Fell }));
            if changes { up = Some(well); run = 0; }
            prop_assert_eq!(health.is_up(), up != Some(false));
        }
    }
}

fn settings(failures: i64, successes: i64) -> steer::Health {
    let json = json!({ "interval": "5s", "timeout": "4s", "failures": failures, "successes": successes });
    serde_json::from_value(json).unwrap()
}

#[test]
fn one_lost_look_moves_nobody() {
    let mut health = Health::new(&settings(2, 3));
    assert!(health.is_up());
    assert_eq!(health.observe(true), Some(Change::Rose));
    assert_eq!([health.observe(false), health.observe(true), health.observe(false)], [None; 3]);
    assert_eq!(health.observe(false), Some(Change::Fell));
    assert_eq!([health.observe(true), health.observe(true), health.observe(false)], [None; 3]);
    assert!(!health.is_up());
    assert_eq!([health.observe(true), health.observe(true)], [None; 2]);
    assert_eq!(health.observe(true), Some(Change::Rose));
}
