//! A fleet of any size: one gateway, one core, and edges over some regions.

use std::{fmt::Write as _, net::Ipv4Addr};

/// Where the edges' public addresses begin: the network for benchmarks (RFC 2544).
const FIRST_ADDRESS: Ipv4Addr = Ipv4Addr::new(198, 18, 0, 10);
const EDGES_IN_A_NETWORK: usize = 240;

const HEAD: &str = r#"[fleet]
name = "bench"
domain = "bench.example"

[base]
ssh-keys = ["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGr0QLU1GiSPKPVzdAX1Fm1lSP8JZPkcGgNtXJ8WkGTL ops@bench.example"]
admin-networks = ["198.51.100.0/28"]
name-servers = ["192.0.2.53"]
time-servers = ["time.bench.example"]

[tls]
acme-email = "ops@bench.example"

[host.gw]
role = "gateway"
region = "r0"
address = "203.0.113.10"
router = "203.0.113.1"
lan = "192.168.10.2/24"
hypervisor = "pve-1"

[host.core]
role = "core"
region = "r0"
lan = "192.168.10.3/24"
router = "192.168.10.1"
hypervisor = "pve-1"
"#;

/// The manifest of `hosts` hosts in `regions` regions.
pub(super) fn manifest(hosts: usize, regions: usize) -> String {
    let mut text = HEAD.to_owned();
    for region in 0..regions {
        let _ = write!(
            text,
            "\n[region.r{region}]\ntitle = \"Region {region}\"\nlatitude = {}\nlongitude = {}\n",
            region % 80,
            region % 170
        );
    }
    for edge in 0..hosts.saturating_sub(2) {
        let _ = write!(
            text,
            "\n[host.edge-{edge}]\nrole = \"edge\"\nregion = \"r{}\"\naddress = \"{}\"\nplatform.kind = \"cloud\"\n",
            edge % regions.max(1),
            address(edge),
        );
    }
    text
}

/// The public address of an edge. The first and last few of each /24 are not for machines.
pub(super) fn address(edge: usize) -> Ipv4Addr {
    let offset = edge / EDGES_IN_A_NETWORK * 256 + edge % EDGES_IN_A_NETWORK;
    Ipv4Addr::from(u32::from(FIRST_ADDRESS).saturating_add(u32::try_from(offset).unwrap_or(u32::MAX)))
}

#[cfg(test)]
mod tests {
    use manifest::{Files, Input};

    use super::*;

    #[test]
    fn the_fleet_passes_every_rule() {
        let text = manifest(600, 5);
        let input = Input { name: "fleet.toml".to_owned(), bytes: text.into_bytes() };
        let parsed = manifest::parse(Files { fleet: input, ..Files::default() });
        let (resolved, report) = ::fleet::resolve(parsed.written);
        assert_eq!((parsed.report.len(), report.len()), (0, 0), "{report:?} {:?}", parsed.report);
        let (checked, report) = ::fleet::check(resolved.unwrap());
        let checked = checked.unwrap_or_else(|| panic!("{report:?}"));
        assert_eq!(render::hosts(&checked, drop).len(), 600);
    }
}
