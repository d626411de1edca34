//! Networks that a host could not tell apart.

use std::collections::BTreeSet;

use diag::{Code, Diagnostic, Kind, Place, Report};
use values::{Cidr, Name};

use super::Rule;
use crate::Resolved;

/// See [`Code::NetworksOverlap`].
pub(super) const RULE: Rule = Rule {
    code: Code::NetworksOverlap,
    example: include_str!("../../tests/cases/err/networks_overlap/fleet.toml"),
    check,
};

/// A network and whose it is.
struct Claim<'f> {
    network: Cidr,
    who: String,
    place: Option<Place>,
    /// Region of a LAN; sites number their LANs as they like.
    site: Option<&'f Name>,
    /// Region whose clients it holds. Regions may name a network and a part of it: the longest prefix counts.
    region: Option<&'f Name>,
}

fn check(fleet: &Resolved, report: &mut Report) {
    let mut claims = claims(fleet);
    // Two networks are apart or one holds the other. Sorted, all that hold a network are on the stack when it comes.
    claims.sort_by_key(|claim| (claim.network, claim.network.prefix_len()));
    let mut stack: Vec<&Claim<'_>> = Vec::new();
    for claim in &claims {
        while stack.pop_if(|around| !around.network.overlaps(&claim.network)).is_some() {}
        for around in stack.iter().filter(|around| collide(around, claim)) {
            complain(around, claim, report);
        }
        stack.push(claim);
    }
}

fn claims(fleet: &Resolved) -> Vec<Claim<'_>> {
    let tunnel = Claim {
        network: fleet.fleet.tunnel_network.network(),
        who: "the tunnel".to_owned(),
        place: fleet.places.value("fleet.tunnel-network"),
        site: None,
        region: None,
    };
    let mut claims = vec![tunnel];
    let mut lans = BTreeSet::new();
    for host in fleet.hosts.values() {
        let Some(network) = host.host.lan.map(|lan| lan.network()) else { continue };
        if lans.insert((&host.host.region, network)) {
            let (who, place) = (format!("the LAN of `{}`", host.name), fleet.place(host, "lan"));
            claims.push(Claim { network, who, place, site: Some(&host.host.region), region: None });
        }
    }
    for (name, region) in &fleet.regions {
        for (index, network) in region.networks.iter().enumerate() {
            let place = fleet.places.value(&format!("region.{name}.networks.{index}"));
            let who = format!("a network of region `{name}`");
            claims.push(Claim { network: network.network(), who, place, site: None, region: Some(name) });
        }
    }
    claims
}

fn collide(a: &Claim<'_>, b: &Claim<'_>) -> bool {
    let told_apart =
        a.region.is_some() && b.region.is_some() && (a.region == b.region || a.network != b.network);
    let other_site = a.site.is_some() && b.site.is_some() && a.site != b.site;
    !told_apart && !other_site
}

fn complain(a: &Claim<'_>, b: &Claim<'_>, report: &mut Report) {
    // The tunnel is the one to keep: moving it moves every host.
    let (first, second) = if b.site.is_none() && b.region.is_none() { (b, a) } else { (a, b) };
    let kind = Kind::NetworksOverlap {
        first: first.who.clone(),
        first_network: first.network.to_string(),
        second: second.who.clone(),
        second_network: second.network.to_string(),
    };
    report
        .push(Diagnostic::new(kind).at(second.place.clone()).also(first.place.clone(), "the other network"));
}
