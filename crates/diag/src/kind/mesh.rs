//! Complaints about addresses, networks, the tunnel and the distances between regions.

use crate::complaints::area;

area! { $

/// Each role needs certain addresses to be found at. Without one of them nobody can reach the host, or it cannot reach
/// the machine beside it.
error address_missing: AddressMissing { host: String, role: String, key: String, why: String }
    message "the {role} `{host}` has no `{key}`: {why}"
    help "add `{key} = …` to `[host.{host}]`";

/// The core dials a DMZ host in its segment. Without a route back to the core's LAN the answers leave by the default
/// route, from another address, and the tunnel never comes up.
error segment_route_missing: SegmentRouteMissing { host: String, lan: String, core_lan: String }
    message "`{host}` in {lan} has no way back to {core_lan}, from where the core dials it"
    help "add `lan-router = …` to `[host.{host}]`: the address of the router of its segment";

/// The first and the last address of a network are the network's own and its broadcast. A host cannot have them;
/// often the network was written where the host's address was meant.
error address_reserved: AddressReserved { host: String, address: String, network: String }
    message "{address} is not an address that `{host}` can have: it stands for the network {network} itself"
    help "give `{host}` an address inside {network}, with the same prefix length";

/// A public address is one that the internet routes. Clients would be told to send their media to an address that
/// means another machine, or none, where they are.
warning address_not_public: AddressNotPublic { host: String, key: String, address: String, range: String }
    message "`{key}` of `{host}` is {address}, which is {range}"
    help "use the address that clients see; addresses of a site belong into `lan`";

/// Gateway and core share a LAN. Over it the gateway passes on the core's media, and the core dials the gateway's end
/// of the tunnel.
error lan_mismatch: LanMismatch { gateway: String, gateway_lan: String, core: String, core_lan: String }
    message "`{gateway}` is in the LAN {gateway_lan}, but `{core}` is in {core_lan}"
    help "give both an address in one network";

/// A DMZ host stands in a segment of its own. In the segment of another role it could talk to that machine without
/// passing any filter.
error segment_shared: SegmentShared { dmz: String, host: String, network: String }
    message "the DMZ host `{dmz}` is in the same network {network} as `{host}`"
    help "give `{dmz}` an address in a segment that holds nothing but DMZ hosts";

/// A default router is reached without a router. One outside the host's own network, or the host itself, leads
/// nowhere, and the host has no way out.
error router_unreachable: RouterUnreachable { host: String, router: String, network: String }
    message "`{host}` cannot reach its router {router}: its own address on that side is {network}"
    help "use the router's address in that network, or correct the prefix length of the host's";

/// Filters tell networks apart by the interface a packet comes in on. Two networks on one interface would be treated
/// as one, and the inner one would be as open as the outer one.
error interface_shared: InterfaceShared { hosts: String, interface: String, first: String, second: String }
    message "the interface {interface} of {hosts} carries both {first} and {second}"
    help "give each its own interface: `interface` for the public address, `lan-interface` for the LAN";

/// A host with a fixed router does not ask DHCP, so nobody tells it a name server. Certificates, time and updates all
/// need names.
warning resolver_missing: ResolverMissing { hosts: String }
    message "there is no name server for {hosts}, which has a fixed `router` and so does not ask DHCP"
    help "add `name-servers = […]` to `[base]`, or remove `router`";

/// The tunnel address is the host's place in the tunnel network. Outside it, no peer sends packets for it into the
/// tunnel.
error tunnel_address_outside: TunnelAddressOutside { host: String, address: String, network: String }
    message "the tunnel address {address} of `{host}` lies outside the tunnel network {network}"
    help "remove `tunnel-address`: every host has one by its index";

/// The tunnel should use addresses that nobody on the internet has. Machines whose addresses the tunnel covers can no
/// longer be reached from the fleet.
warning tunnel_network_public: TunnelNetworkPublic { network: String }
    message "the tunnel network {network} is not a private range"
    help "use a part of 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16 or 100.64.0.0/10";

/// A tunnel key identifies one host. With the same key two hosts take turns in receiving each other's packets, and a
/// thief of one is both.
error tunnel_key_duplicated: TunnelKeyDuplicated { first: String, second: String }
    message "`{first}` and `{second}` have the same tunnel key"
    help "make a new pair for `{second}`: `rampart secrets generate --out DIR` makes what is missing";

/// By IPv6 a host is reached at its `address6`, from hosts that speak it too. Where either is missing the tunnel never
/// comes up; gateway and DMZ hosts are dialled in their segment.
error tunnel_endpoint_unreachable: TunnelEndpointUnreachable { host: String, why: String }
    message "peers are to dial `{host}` by IPv6, but {why}"
    help "remove `tunnel-endpoint`, or give both ends an `address6`";

/// Links are measured between regions of the manifest. A row of any other name is never looked at, and the distance
/// that you meant to set falls back to a calculated one.
error link_region_unknown: LinkRegionUnknown { region: String, did_you_mean: Option<String> }
    message "the link table names a region `{region}`, which does not exist"
    help did_you_mean or "remove the entry, or add a table `[region.{region}]`";

/// A round trip takes the same time seen from both ends. Of two different values for one link only one is used.
error link_contradictory: LinkContradictory { first: String, second: String, there: String, back: String }
    message "the link between `{first}` and `{second}` is given as {there} ms and as {back} ms"
    help "keep one of the two entries";

/// Light in glass needs about one millisecond for 200 kilometres. A measured round trip below that is a slip, such as
/// a one-way time or a wrong coordinate.
warning link_too_fast: LinkTooFast { first: String, second: String, measured: String, least: String }
    message "a round trip of {measured} ms between `{first}` and `{second}` is faster than light, which needs {least} ms"
    help "enter the round trip in milliseconds as `ping` shows it, or correct the coordinates";

/// A promise must be one that the network can keep. The region is served from another one, and the way there, as
/// measured or as light takes it, is longer than what its people are promised.
error latency_promise_broken: LatencyPromiseBroken {
    region: String, promise: String, from: String, needed: String, how: String,
}
    message "`{region}` is promised {promise} ms, but the focus that its people are told first is in `{from}`, {needed} ms away ({how})"
    help "put an edge into `{region}`, or raise `region.{region}.promise`";

/// A promise holds while the focus that keeps it takes new calls. One that is draining is told to nobody, so its people are
/// sent to one that is too far away until another edge stands in for it.
warning latency_promise_draining: LatencyPromiseDraining {
    region: String, promise: String, draining: String, from: String, needed: String,
}
    message "`{region}` is promised {promise} ms, but `{draining}` is draining, and its people are sent to `{from}`, {needed} ms away"
    help "put another edge into `{region}` first, or raise `region.{region}.promise`";

/// A promise can only be checked against a measured link. Real paths are longer than the straight line that is
/// calculated with otherwise.
warning latency_promise_unmeasured: LatencyPromiseUnmeasured { region: String, promise: String, from: String, least: String }
    message "`{region}` is promised {promise} ms towards `{from}`, but that link was never measured (light needs {least} ms)"
    help "measure the round trip and add it to `[link]`: `{region} = {{ {from} = … }}`";

/// Some options follow from the rest of the fleet. Setting one of them on a single host makes that host disagree with
/// its neighbours, which still use the derived value.
error derived_differs: DerivedDiffers { host: String, option: String, value: String, source: String, expected: String }
    message "`{option}` of `{host}` is {value}, but {source} is {expected}"
    help "remove `{option}`: it is derived";

}
