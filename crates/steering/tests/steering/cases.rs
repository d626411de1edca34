//! Case files: a configuration, the state of its media servers, and clients; expected is what each client is told.

use std::{fmt::Write as _, net::IpAddr};

use serde::Deserialize;
use settings::steer::Steer;
use steering::{Origin, State, SteeringMap};
use testkit::{Case, Cases};
use values::{Country, Name, Position};

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct File {
    steer: Steer,
    #[serde(default)]
    unhealthy: Vec<Name>,
    #[serde(default)]
    draining: Vec<Name>,
    client: Vec<Client>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Client {
    address: IpAddr,
    country: Option<Country>,
    position: Option<Position>,
}

fn told(case: &Case) -> String {
    let text = String::from_utf8(case.inputs["fleet.toml"].clone()).unwrap();
    let file: File = toml::from_str(&text).unwrap_or_else(|error| panic!("{case}: {error}"));
    let map = match SteeringMap::new(&file.steer) {
        Ok(map) => map,
        Err(fault) => return format!("error[{}]: `{}`: {fault}\n", fault.code(), fault.key()),
    };
    let state = |index: usize| {
        let name = &file.steer.foci[index].name;
        match (file.draining.contains(name), file.unhealthy.contains(name)) {
            (true, _) => State::Draining,
            (_, true) => State::Unhealthy,
            _ => State::Open,
        }
    };
    let mut out = String::new();
    for client in file.client {
        let origin = Origin { country: client.country, position: client.position };
        let located = map.locate(client.address, |_| Some(origin));
        let names: Vec<&str> = map
            .order(located.region, state)
            .into_iter()
            .map(|index| file.steer.foci[index].name.as_str())
            .collect();
        let region = &map.regions()[located.region];
        writeln!(out, "{} -> {region} (by {}): {}", client.address, located.by, names.join(", ")).unwrap();
    }
    out
}

#[test]
fn clients_are_told_what_the_cases_say() -> Result<(), testkit::Failure> {
    Cases::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/told")).check(told)
}
