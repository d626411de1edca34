//! Complaints about media servers, relays and what clients are told about them.

use crate::complaints::area;

area! { $

/// A STUN server learns the address of everybody who calls, and when. Clients are told only servers of the fleet.
error stun_third_party: StunThirdParty { hosts: String, server: String, domain: String }
    message "clients of {hosts} are told to ask the foreign STUN server {server} for their address"
    help "remove `stun-servers`, or use names under {domain}";

/// Without a STUN server in the list, media server and clients ask public ones of other companies. They learn the
/// address of everybody who calls (livekit: mediatransportutil, pkg/rtcconfig).
error stun_missing: StunMissing { hosts: String }
    message "the list of STUN servers of {hosts} is empty, so that servers of strangers are asked"
    help "remove `stun-servers`: the fleet's own is the default";

/// A STUN server is given as name and port. The media server does not start with anything else.
error stun_malformed: StunMalformed { hosts: String, server: String }
    message "the STUN server `{server}` of {hosts} is not of the form `name:port`"
    help "write it as in `turn.example.org:3478`, without a scheme";

/// The address that clients send media to is derived from the manifest. Asking a STUN server for it as well makes the
/// media server ignore the derived one, and stop when no answer comes.
error external_ip_conflict: ExternalIpConflict { hosts: String }
    message "`use-external-ip` on {hosts} overrules the media address that is derived from the manifest"
    help "remove `use-external-ip`; set `address`, or `media-address` behind one-to-one translation";

/// Rooms are made by the token service, which asks the homeserver who somebody is. With automatic creation anybody who
/// has a token for one room has rooms of their own.
error auto_create_open: AutoCreateOpen { hosts: String }
    message "joining an unknown room creates it on {hosts}"
    help "remove `livekit.auto-create = true`; the token service creates rooms";

/// A media server that stops waits until its calls are over. When systemd loses patience first, it kills the server
/// with everybody still inside.
error drain_too_short: DrainTooShort { hosts: String, drain: String, call: String }
    message "calls on {hosts} may last {call}, but systemd stops the media server after {drain}"
    help "set `drain-time` to at least {call}, or shorten `longest-call`";

/// The core's media server is the last one in every list, for regions whose own is gone. Without public media on the
/// core an edge has to stand in. One in backbone mode cannot: its relay sends into the tunnel and nowhere else.
error fallback_focus_missing: FallbackFocusMissing { core: String }
    message "`{core}` has no public media, and no edge outside backbone mode stands in for it"
    help "add an edge, or remove `public-media = false`";

/// One host relays 1:1 calls and serves the fallback focus. It is the core, or without public media on it an edge that
/// is not in backbone mode.
error media_host_misplaced: MediaHostMisplaced { host: String, why: String }
    message "`{host}` cannot relay 1:1 calls: {why}"
    help "remove `core.media-host`, which is derived; `core.public-media = false` lets an edge stand in";

/// All relays of the backbone share one name, and each client is sent to the closest one. It is told one port.
error relay_port_differs: RelayPortDiffers { host: String, port: u16, first: String, expected: u16 }
    message "the relay of `{host}` listens on port {port}, that of `{first}` on {expected}, under one name"
    help "set `turn.port` once, in the table `[edge]`";

/// Some settings are for a program that a host may have or not. Where it has none, they do nothing, and whoever wrote
/// them expects something.
warning setting_unused: SettingUnused { key: String, hosts: String, needs: String }
    message "`{key}` has no effect on {hosts}: it is for {needs}"
    help "remove it, or move it to the host that it is meant for";

/// In backbone mode all clients are given one name for the relay. Only a name server that answers by the client's
/// place can send each of them to the closest edge, and that is outside the fleet: somebody has to set it up, and to say
/// so here.
warning backbone_without_dns: BackboneWithoutDns { name: String, regions: String }
    message "nothing says that {name} resolves to the closest edge of each client, in backbone mode of {regions}"
    help "give the table of `rampart show dns` to a geographic name server, then set `fleet.relay-dns = \"geo\"`";

/// In backbone mode media stays inside the tunnel and is taken in and out by relays. A media server that announces any
/// other address than the tunnel's is reached by nobody, because its ports are closed outside.
error backbone_media_outside: BackboneMediaOutside { host: String, address: String, tunnel: String }
    message "`{host}` works in backbone mode but announces {address} for media instead of its tunnel address {tunnel}"
    help "remove `media-address`, or choose another `mode` for the region";

/// A backbone joins edges. With a single edge the media takes the way through a relay and gains nothing.
warning backbone_alone: BackboneAlone { host: String }
    message "`{host}` is the only edge in backbone mode"
    help "use `mode = \"multi-sfu\"` until a second region joins the backbone";

/// A cluster spreads the rooms of a region over several media servers. With one of them there is nothing to spread,
/// while every signal still travels to the core and back.
warning cluster_single_node: ClusterSingleNode { region: String, host: String }
    message "the cluster of region `{region}` has a single node, `{host}`"
    help "add another edge to `{region}`, or remove `mode = \"cluster\"`";

/// Everything but media of a cluster goes through its Redis on the core: who joins, who speaks, which nodes there are.
/// From a second of round trip on nodes lose each other, and joining ends with a timeout.
warning cluster_far: ClusterFar { region: String, core: String, round_trip: String }
    message "a signal from the cluster of `{region}` to its Redis in `{core}` and back takes {round_trip} ms"
    help "use `mode = \"multi-sfu\"` in `{region}`, which needs no Redis; a cluster needs less than 1000 ms";

/// At this level the media server writes who takes part in calls, and from which address. An edge keeps nothing of its
/// users.
warning log_reveals_people: LogRevealsPeople { hosts: String, level: String }
    message "the media server on {hosts} logs at level `{level}`, which names people and their addresses"
    help "remove `livekit.log`, or set it to `warn`, when you are done looking for a fault";

/// A relay forwards packets for anybody who has a credential. If its rules let it send to machines inside, every user
/// can reach them through it.
error relay_peer_open: RelayPeerOpen { hosts: String, peer: String, what: String }
    message "the relay on {hosts} may send users' packets to {peer}, {what}"
    help "remove {peer} from `turn.allowed-peers`";

/// Clients that no network and no database places are steered as if they were in the default region. It has to be one
/// that the manifest describes.
error steering_region_unknown: SteeringRegionUnknown { region: String, did_you_mean: Option<String> }
    message "clients of unknown origin belong to the region `{region}`, which is not there"
    help did_you_mean or "remove `steering.default-region`, or use a region that exists";

/// Where a GeoIP database names the country of a client, the region that lists the country is the client's. A country has
/// one region.
error country_shared: CountryShared { country: String, first: String, second: String }
    message "both `{first}` and `{second}` list the country {country}"
    help "let one of them have {country}; the other one can name networks";

/// A focus that is draining is told to nobody. When all of them are, there would be nothing to tell, so all are told as if
/// none were.
warning foci_all_draining: FociAllDraining { hosts: String }
    message "every media server is draining ({hosts}), so clients are told all of them all the same"
    help "remove `draining-since` from a host that stays";

}
