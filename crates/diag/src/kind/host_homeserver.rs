//! Complaints of rules on one rendered host: the final settings of the homeserver and of the guard before it.

use crate::complaints::area;

area! { $

/// Registration asks for a token only while a valid one exists. With the last one spent it is open to everybody, so a
/// sentinel that nobody knows stays in a file.
error registration_unguarded: RegistrationUnguarded { path: String }
    message "registration is on and `{path}` is not set"
    help "set it to the sentinel's file, or set `allow_registration` to `false`";

/// This switch makes the homeserver start although registration asks for nothing. There is no fleet in which it
/// should.
error registration_open_flag: RegistrationOpenFlag { path: String }
    message "`{path}` is on"
    help "set it to `false`";

/// Whoever knows the shared secret makes accounts, administrators included, by one request. On a DMZ host it would be
/// one file away from whoever takes the host over.
error shared_secret_registration: SharedSecretRegistration { path: String }
    message "`{path}` is set on a DMZ host"
    help "remove it; guests register by token, the administrator is made at bootstrap";

/// A guest account needs no name and no token. Nobody can be held to what it does, and nothing limits how many there
/// are.
error guest_registration_allowed: GuestRegistrationAllowed { path: String }
    message "`{path}` is on"
    help "set it to `false`; guests of a tenant get accounts by token";

/// The first account of a new homeserver becomes its administrator. That is whoever is quickest, not who was meant.
error host_first_user_admin: HostFirstUserAdmin { path: String }
    message "`{path}` is not `false`, so the first account becomes administrator"
    help "set it to `false`; the administrator is made at bootstrap";

/// In an audited fleet every message can be read later. Where the homeserver allows encryption, one request makes a
/// room unreadable for good.
error host_encryption_allowed: HostEncryptionAllowed { path: String }
    message "`{path}` is not `false` in an audited fleet"
    help "set it to `false`, or switch the audit profile off for the whole fleet";

/// In an audited fleet users do not remove what they wrote. Without this switch every client offers it.
error host_redactions_allowed: HostRedactionsAllowed { path: String }
    message "`{path}` is not `true` in an audited fleet"
    help "set it to `true`, or switch the audit profile off for the whole fleet";

/// In an audited fleet every refusal leaves a record. Guard and `rampart-answer` write it at the level `info`, so at a
/// higher one there is no trace of it.
error host_refusals_unlogged: HostRefusalsUnlogged { path: String, level: String }
    message "`{path}` is `{level}`, at which no refusal is logged, in an audited fleet"
    help "set it to `info`";

/// In an audited fleet the original of a redacted event is kept. Without this switch a redaction is final.
error host_originals_dropped: HostOriginalsDropped { path: String }
    message "`{path}` is not `true` in an audited fleet"
    help "set it to `true`, the daemon's own default";

/// In an audited fleet originals are kept for ever. The daemon destroys them after 60 days unless the number is 0.
error host_purge_enabled: HostPurgeEnabled { path: String, seconds: i64 }
    message "`{path}` destroys originals after {seconds} seconds in an audited fleet"
    help "set it to 0, which means never";

/// In an audited fleet nothing takes history away. Each of these switches deletes rooms, hides them from their
/// members or drops media.
error host_history_destroyed: HostHistoryDestroyed { path: String }
    message "`{path}` is on in an audited fleet"
    help "set it to `false`";

/// Up to room version 11 the power levels of a room bind everyone in it. From version 12 on whoever makes a room
/// stands above them, and above the lock on encryption and redaction.
error host_room_version_unpinned: HostRoomVersionUnpinned { path: String, version: String }
    message "`{path}` is {version}; in an audited fleet it is at most 11"
    help "set it to `\"11\"`";

/// New rooms of an audited fleet ask a level that nobody has for encryption and redaction. Without it whoever makes a
/// room can do both, past every other switch.
error power_level_lock_missing: PowerLevelLockMissing { path: String }
    message "`{path}` is not above 100 in an audited fleet"
    help "set it to 150, as `rampart render` does";

/// In an audited fleet homeserver, guard, refusals and Traefik get what was rendered from the manifest. The rules of the
/// whole fleet have judged that. What one host sets instead, nobody has.
error audited_setting_changed: AuditedSettingChanged {
    path: String, rendered: String, found: String, why: String,
}
    message "`{path}` is {found}; rendered was {rendered}: {why}"
    help "take back what changes it on this host; what may differ is an option in the manifest";

/// An audited fleet federates with named servers or with nobody. Copies on other servers are out of reach, and so is
/// what those send.
error host_federation_open: HostFederationOpen { path: String, list: String }
    message "`{path}` is not `false` and `{list}` is empty: every server may federate"
    help "set `allow_federation` to `false`, or name the servers in the manifest";

/// The list of servers holds expressions that are searched in a name. Without anchors and escaped dots
/// `partner.example` also finds `partner-example.attacker.test`.
error federation_unanchored: FederationUnanchored { path: String, pattern: String }
    message "`{path}` is `{pattern}`, which finds more than one server"
    help "write it as `^partner\\.example$`, or name the server in the manifest";

/// A trusted server vouches for the keys of all others, and learns whom the homeserver talks to. An audited fleet
/// asks only servers of its own.
error host_trusted_server_foreign: HostTrustedServerForeign { path: String, server: String }
    message "`{path}` trusts `{server}`, which is not of this fleet"
    help "set it to the empty list";

/// An option that the daemon does not know is only a warning in its log. A misspelt guard rail would then be none.
error unknown_options_tolerated: UnknownOptionsTolerated { path: String }
    message "`{path}` is not `true`, so misspelt options pass"
    help "set it to `true`";

/// The homeserver listens on a socket that only the guard and the broker reach. Over TCP everybody on the network of
/// that address gets there, past the guard.
error homeserver_listens_tcp: HomeserverListensTcp { path: String, detail: String }
    message "`{path}`: {detail}"
    help "leave the address out and set `unix_socket_path`; `audit.reads = \"direct\"` adds the one listener there is";

/// With escapes on, a message that begins with a backslash and a command is obeyed in any room its writer is in.
/// Commands belong into the admin room.
error admin_escape_enabled: AdminEscapeEnabled { path: String }
    message "`{path}` is not `false`"
    help "set it to `false`";

/// Members of the admin room administer the server, also those of other servers. A room that federates lets them be
/// invited; it cannot be changed later.
error admin_room_federated: AdminRoomFederated { path: String }
    message "`{path}` is not `false`"
    help "set it to `false` before the first start";

/// Clients ask the homeserver for relays. An empty list, or relays without credentials, breaks calls in ways that
/// look like a network fault.
error host_relay_unusable: HostRelayUnusable { path: String, detail: String }
    message "`{path}` names relays that nobody can use: {detail}"
    help "set `turn_secret_file`, or leave `turn_uris` out altogether";

/// The guard speaks to the homeserver by its socket. Where the two have different paths every request fails.
error guard_socket_mismatch: GuardSocketMismatch { path: String, upstream: String, socket: String }
    message "`{path}` is `{upstream}`, but the homeserver listens on `{socket}`"
    help "run `rampart render` to write both from one value";

/// The guard takes requests from Traefik, which ended TLS and removed forged headers. Whoever reaches the guard
/// itself goes round both.
error guard_listens_public: GuardListensPublic { path: String, listener: String }
    message "`{path}` is `{listener}`, neither loopback nor in the tunnel"
    help "let it listen on loopback or on the tunnel address";

/// The guard believes these addresses about whom they speak for. A stranger among them can be any client, and goes
/// round every limit by address.
error guard_trusts_strangers: GuardTrustsStrangers { path: String, proxy: String }
    message "`{path}` has {proxy}, neither loopback nor in the tunnel"
    help "list only the Traefik that stands before it";

/// Guests register on the enrolment page, which checks and records the token. A guard that takes registrations
/// everywhere leaves the page to those who like it.
error registration_bypasses_page: RegistrationBypassesPage { path: String }
    message "`{path}` lets guests register without the enrolment page"
    help "set it to `enrol-socket-only`";

}
