//! Complaints of rules on one rendered host: media servers, token services, Redis and relays.

use crate::complaints::area;

area! { $

/// The token service makes rooms, for those who may call. A media server that makes them itself does so for everybody
/// with any token.
error host_auto_create: HostAutoCreate { path: String }
    message "`{path}` is not `false`"
    help "remove the override of `livekit.autoCreate`";

/// With this switch the server asks a STUN server for its address and forgets the one that was derived. It does not
/// start when no answer comes.
error host_external_ip_conflict: HostExternalIpConflict { path: String }
    message "`{path}` is on although `node_ip` is set"
    help "set it to `false`; the address is derived from the manifest";

/// A media server offers every address of its machine to clients. Without a filter the tunnel's address is among
/// them: calls hang until it is given up, and the plan of the network is known.
error interfaces_unfiltered: InterfacesUnfiltered { path: String, detail: String }
    message "`{path}` lets clients see addresses of the tunnel: {detail}"
    help "list the one interface that has the public address";

/// Clients ask the STUN servers that they are told for their own address. A server of others learns who calls, when
/// and from where.
error host_stun_third_party: HostStunThirdParty { path: String, server: String }
    message "`{path}` sends clients to {server}, which is not of this fleet"
    help "name the fleet's own relay, such as `turn.<domain>:3478`";

/// The relay of the media server sends from a range of ports that the firewall opens. Without it the server chooses
/// by itself, and calls through the relay stay silent.
error turn_range_missing: TurnRangeMissing { path: String, detail: String }
    message "`{path}`: {detail}"
    help "set `relay_range_start`, `relay_range_end` and `udp_port`, as `rampart render` does";

/// Clients are told TURN over TLS on port 443, whatever port the server has. Without a route by server name they get
/// Traefik's certificate and 404.
error turn_tls_unrouted: TurnTlsUnrouted { path: String, port: u64, domain: String }
    message "`{path}` is {port}, and no TCP router leads from `HostSNI(`{domain}`)` there"
    help "add the router, or set the port to 0";

/// Signalling has no TLS of its own. Traefik stands before it, so it listens on loopback or in the tunnel and nowhere
/// else.
error livekit_bind_public: LivekitBindPublic { path: String, address: String }
    message "`{path}` has {address}, neither loopback nor in the tunnel"
    help "bind signalling to 127.0.0.1 on an edge, to the tunnel address on the core";

/// The media server stops at a key that it does not know. After an update that happens at night, on all edges at
/// once.
error livekit_key_unknown: LivekitKeyUnknown { path: String, did_you_mean: Option<String> }
    message "`{path}` is no key of LiveKit, which does not start with it"
    help did_you_mean or "remove it";

/// A media server that stops waits for its calls. When systemd waits for a shorter time than the longest call, it
/// kills the server in the middle of one.
error host_drain_too_short: HostDrainTooShort { path: String, drain: String, longest: String }
    message "`{path}` is {drain}, shorter than the longest call ({longest})"
    help "set `drainTime` to {longest} or more, or lower `longestCall`";

/// At this level the media server writes who takes part in calls, and from which address. An edge keeps nothing of its
/// users.
warning host_log_reveals_people: HostLogRevealsPeople { path: String, level: String }
    message "`{path}` is `{level}`, which names people and their addresses"
    help "set it to `warn` when you are done looking for a fault";

/// Users of the listed homeservers may make rooms on the media server. With `*`, or without the list, that is
/// everybody who has an account anywhere.
error token_service_open: TokenServiceOpen { path: String }
    message "`{path}` lets users of every homeserver make rooms"
    help "list the fleet's server name and those of its tenants";

/// The token service asks the homeserver whose somebody's OpenID token is, by TLS. When it believes any certificate,
/// whoever stands between them answers in the homeserver's place and joins calls under any name.
error token_service_unverified: TokenServiceUnverified { path: String }
    message "`{path}` is set: certificates of homeservers are not checked"
    help "remove it; an authority of your own belongs into the host's trust store (`security.pki.certificateFiles`)";

/// A token service has no TLS of its own. It listens in the tunnel, where only the gateway reaches it.
error token_service_bind_public: TokenServiceBindPublic { path: String, bind: String }
    message "`{path}` is `{bind}`, neither loopback nor in the tunnel"
    help "bind it to the tunnel address";

/// Whoever writes to the Redis of a cluster controls its calls. The tunnel alone is no lock: every host is in it.
error redis_password_missing: RedisPasswordMissing { path: String }
    message "`{path}` is not set"
    help "give it the secret `redis-<cluster>`";

/// Redis speaks without encryption and was made for trusted networks. It is found and emptied within hours anywhere
/// else.
error redis_bind_public: RedisBindPublic { path: String, address: String }
    message "`{path}` has {address}, neither loopback nor in the tunnel"
    help "use the core's tunnel address";

/// A relay sends packets to whatever address its client names. Each private address that it allows is a way into that
/// network for everybody with an account.
error peer_policy_open: PeerPolicyOpen { path: String, what: String, address: String }
    message "`{path}` lets the relay send to {address} ({what})"
    help "deny the range in `denied-peer-ip`, and allow nothing that contains it: allow beats deny";

/// The relay takes ranges as `first-last` and knows no networks. What it cannot read it skips, so that a network in
/// this list denies nothing; a lone `::` it takes for every address.
error peer_range_malformed: PeerRangeMalformed { path: String, range: String }
    message "`{path}` has `{range}`, which the relay does not read as a range"
    help "write `10.0.0.0-10.255.255.255` instead of `10.0.0.0/8`, and leave `::` out";

/// A relay without credentials carries the traffic of whoever finds it. That is its default when nothing is set.
error relay_auth_missing: RelayAuthMissing { path: String }
    message "`{path}` leaves the relay without credentials"
    help "set `use-auth-secret`, remove `no-auth`, and name at least one secret";

/// These switches let the relay reach its own machine or serve other relays. Others let it be administered over the
/// network, or show its figures there. None has a use here.
error relay_hazard_enabled: RelayHazardEnabled { path: String, instead: String }
    message "`{path}` is on"
    help "{instead}";

/// Media programs pick ports from their ranges as calls come in. Where two ranges overlap calls fail now and then,
/// and only under load.
error host_ranges_overlap: HostRangesOverlap {
    first: String, first_range: String, second: String, second_range: String,
}
    message "the UDP ranges of {first} ({first_range}) and {second} ({second_range}) overlap"
    help "choose a range for {second} outside {first_range}";

/// The kernel gives ports from 32768 to 60999 to outgoing connections. A range of media ports in there is reserved,
/// or a call finds its port taken.
error range_unreserved: RangeUnreserved { owner: String, range: String }
    message "`network.reservedPorts` does not reserve {range} of {owner}"
    help "run `rampart render`, which reserves every range of the host";

}
