//! The deploy order of every fleet: what the documentation says of it (docs/media.md, docs/guide.md).

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
};

use fleet::Resolved;
use manifest::{Files, Input};
use proptest::prelude::*;
use settings::host::RoleName;
use values::Name;

const MODES: [&str; 3] = ["multi-sfu", "cluster", "backbone"];
/// What every fleet has, wherever its edges are.
const CENTRE: &str = r#"
[fleet]
name = "waves"
domain = "chat.example.org"
[base]
ssh-keys = ["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIN7k7cUKLtqZOsDDiTjsw9Yqgi6JiEF04HIm5WIneu7Z test"]
admin-networks = ["198.51.100.0/28"]
name-servers = ["192.0.2.53"]
[host.gateway]
role = "gateway"
region = "r0"
address = "203.0.113.10"
router = "203.0.113.1"
lan = "192.168.10.2/24"
[host.core]
role = "core"
region = "r0"
lan = "192.168.10.3/24"
router = "192.168.10.1"
"#;

/// A fleet: the mode of each region, the region of each edge, and how many hosts for guests.
fn manifest() -> impl Strategy<Value = String> {
    let modes = prop::collection::vec(prop::sample::select(&MODES[..]), 1..6);
    let edges = prop::collection::vec(any::<prop::sample::Index>(), 0..12);
    (modes, edges, 0..4_usize).prop_map(|(modes, edges, guests)| {
        let mut text = CENTRE.to_owned();
        for (index, mode) in modes.iter().enumerate() {
            let _ = writeln!(
                text,
                "[region.r{index}]\ntitle = \"R\"\nlatitude = {index}.0\nlongitude = 0.0\nmode = \"{mode}\""
            );
        }
        for (index, edge) in edges.iter().enumerate() {
            let region = edge.index(modes.len());
            let _ = writeln!(
                text,
                "[host.e{index}]\nrole = \"edge\"\nregion = \"r{region}\"\naddress = \"192.0.2.{}\"",
                index + 1
            );
        }
        for index in 0..guests {
            let _ = writeln!(
                text,
                "[tenant.t{index}]\ndomain = \"t{index}.example.org\"\ntitle = \"T\"\nstaff = [\"@a:chat.example.org\"]\n\
                 [host.d{index}]\nrole = \"dmz\"\nregion = \"r0\"\ntenant = \"t{index}\"\naddress = \"203.0.113.{0}\"\n\
                 router = \"203.0.113.1\"\nlan = \"192.168.{0}.2/24\"\nlan-router = \"192.168.{0}.1\"",
                index + 20
            );
        }
        text
    })
}

fn resolved(text: &str) -> Result<Resolved, TestCaseError> {
    let input = Input { name: "fleet.toml".to_owned(), bytes: text.as_bytes().to_vec() };
    let parsed = manifest::parse(Files { fleet: input, ..Files::default() });
    let (fleet, report) = fleet::resolve(parsed.written);
    fleet.ok_or_else(|| TestCaseError::fail(format!("{:?} {report:?}\n{text}", parsed.report)))
}

/// Which waves the hosts of a role are in.
fn waves(fleet: &Resolved, role: RoleName) -> BTreeSet<usize> {
    let of_role = fleet.hosts.values().filter(|host| host.role_name() == role);
    of_role.map(|host| fleet.wave_of(&host.name)).collect()
}

proptest! {
    #[test]
    fn edges_of_one_region_are_never_deployed_together(text in manifest()) {
        let fleet = resolved(&text)?;
        let mut seen: BTreeMap<(&Name, usize), &Name> = BTreeMap::new();
        for host in fleet.hosts.values().filter(|host| host.role_name() == RoleName::Edge) {
            let wave = fleet.wave_of(&host.name);
            let other = seen.insert((&host.host.region, wave), &host.name);
            prop_assert!(other.is_none(), "{} and {other:?} are both in wave {wave}", host.name);
        }
        // No wave without an edge before the last one with: nobody waits for nothing.
        let edges = waves(&fleet, RoleName::Edge);
        prop_assert_eq!(&edges, &(1..=edges.len()).collect());
    }

    #[test]
    fn the_core_is_last_after_gateway_guests_and_edges(text in manifest()) {
        let fleet = resolved(&text)?;
        let order = [RoleName::Edge, RoleName::Dmz, RoleName::Gateway, RoleName::Core];
        let all: Vec<usize> = order.iter().flat_map(|role| waves(&fleet, *role)).collect();
        // Each role's waves are after all those of the one before, and only edges have more than one.
        prop_assert!(all.is_sorted_by(|earlier, later| earlier < later), "{order:?}: {all:?}");
        for role in &order[1..] {
            prop_assert!(waves(&fleet, *role).len() <= 1, "{role:?}: {all:?}");
        }
        prop_assert_eq!(waves(&fleet, RoleName::Core).len(), 1);
    }
}
