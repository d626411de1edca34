//! Clusters that are too far from their Redis.

use diag::{Code, Diagnostic, Kind, Report};

use super::Rule;
use crate::{Resolved, geography};

/// See [`Code::ClusterFar`].
pub(super) const RULE: Rule = Rule {
    code: Code::ClusterFar,
    example: include_str!("../../tests/cases/err/cluster_far/fleet.toml"),
    check,
};

/// Milliseconds of round trip from which on nodes and Redis lose each other (livekit#3258, livekit#2464).
const LIMIT: f64 = 1000.0;

fn check(fleet: &Resolved, report: &mut Report) {
    let Some((core, _)) = fleet.core() else { return };
    for cluster in &fleet.clusters {
        let Some((one_way, true)) = geography::one_way_ms(fleet, &cluster.name, &core.host.region) else {
            continue;
        };
        let round_trip = one_way * 2.0;
        if round_trip >= LIMIT {
            let kind = Kind::ClusterFar {
                region: cluster.name.to_string(),
                core: core.host.region.to_string(),
                round_trip: round_trip.to_string(),
            };
            let [there, back] = [(&cluster.name, &core.host.region), (&core.host.region, &cluster.name)]
                .map(|(from, to)| format!("link.{from}.{to}"));
            let place = fleet.places.first_of([there.as_str(), back.as_str()]);
            report.push(Diagnostic::new(kind).at(place));
        }
    }
}
