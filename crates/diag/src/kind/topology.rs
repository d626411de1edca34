//! Complaints about hosts, roles, regions, networks and keys: what the fleet consists of.

use crate::complaints::area;

area! { $

/// Hosts, regions and tenants refer to each other by name. A name that nothing defines would leave a part of the
/// fleet unconnected.
error name_unknown: NameUnknown { what: String, name: String, did_you_mean: Option<String> }
    message "there is no {what} `{name}`"
    help did_you_mean or "define `{name}`, or use the name of a {what} that exists";

/// Names identify hosts, regions, tenants and foci in addresses, file names and keys. Two things of one name would
/// overwrite each other's files and answer each other's traffic.
error name_duplicate: NameDuplicate { what: String, name: String }
    message "the name `{name}` is given to more than one {what}"
    help "rename one of them";

/// A fleet works only with one gateway and one core. The gateway is the public door; the core holds the homeserver
/// and the hub of the tunnel.
error role_missing: RoleMissing { role: String }
    message "no host has the role `{role}`"
    help "add a host with `role = \"{role}\"`";

/// A fleet has exactly one gateway and one core. With two of them it is undefined where clients and neighbours
/// should go.
error role_duplicated: RoleDuplicated { role: String, first: String, second: String }
    message "both `{first}` and `{second}` have the role `{role}`, but a fleet has one"
    help "give one of the two another role, or move it to a fleet of its own";

/// A host belongs to a region that the manifest describes. Users are sent to the nearest region, so an edge in a
/// region that does not exist would never be used.
error region_unknown: RegionUnknown { region: String, did_you_mean: Option<String> }
    message "there is no region `{region}`"
    help did_you_mean or "add a table `[region.{region}]`, or use a region that exists";

/// A region without an edge has no media server of its own. Its users are served from another region, with the
/// delay of the way there.
warning region_without_edge: RegionWithoutEdge { region: String }
    message "the region `{region}` has no edge host"
    help "add an edge with `region = \"{region}\"`, or remove the region";

/// An address belongs to one host. Packets for the second host would reach the first, or either of them at random.
error address_duplicated: AddressDuplicated { address: String, first: String, second: String }
    message "the address {address} is given to both `{first}` and `{second}`"
    help "give one of the two hosts its own address";

/// The tunnel, each LAN and each region's network need ranges of their own. Where two overlap, a host cannot tell
/// which way to send a packet, and traffic meant for the tunnel can leave it.
error networks_overlap: NetworksOverlap {
    first: String, first_network: String, second: String, second_network: String,
}
    message "{first} ({first_network}) and {second} ({second_network}) overlap"
    help "choose a range for {second} that lies outside {first_network}";

/// The public half of a host's tunnel key is not in the fleet folder yet. The fleet can be rendered without it, but
/// the host cannot join the tunnel.
warning key_missing: KeyMissing { hosts: String }
    message "the tunnel key of {hosts} has not been generated yet"
    help "run `rampart secrets generate --out DIR`";

/// Tunnel addresses and port numbers come from indices that are given once and kept. Two owners of one index would
/// share an address or a port; this happens when the generated file was edited or merged by hand.
error allocation_conflict: AllocationConflict { what: String, index: u32, first: String, second: String }
    message "{what} index {index} is allocated to both `{first}` and `{second}`"
    help "delete the newer of the two entries in `hosts/allocations.json`, then run `rampart render`";

/// Each role has a table of its own, and a host has one role. The table of another role is never looked at.
error role_table_misplaced: RoleTableMisplaced { host: String, role: String, table: String }
    message "`{host}` has a table `{table}`, but its role is `{role}`"
    help "move the settings to `{role}`, or remove them";

}
