//! Complaints about the homeservers: what users may do, who gets in, with whom they talk.

use crate::complaints::area;

area! { $

/// In an audited fleet every message can be read later. Encrypted rooms cannot, and once a room is encrypted it stays
/// so for good.
error encryption_allowed: EncryptionAllowed { hosts: String }
    message "encrypted rooms are allowed on {hosts}, in an audited fleet"
    help "remove `allow-encryption = true`, or switch the audit profile off for the whole fleet";

/// In an audited fleet originals of redacted events are kept for ever. A retention time makes the homeserver destroy
/// them, hour by hour, without a trace.
error purge_enabled: PurgeEnabled { hosts: String, seconds: i64 }
    message "originals of redacted events are destroyed after {seconds} seconds on {hosts}, in an audited fleet"
    help "remove `redaction-retention-seconds`, or set it to 0, which means never";

/// Anybody on the internet could make an account, because nothing asks newcomers for a token. On the core staff get
/// accounts in the way that `core.accounts` names.
error registration_open: RegistrationOpen { host: String, accounts: String }
    message "anybody may register on `{host}`: registration is on, but accounts come by `{accounts}`"
    help "remove `allow-registration = true`, or set `core.accounts = \"token\"`";

/// In an audited fleet what was said stays. Users who may redact take their messages out of everybody's sight.
error redactions_allowed: RedactionsAllowed { hosts: String }
    message "users may redact messages on {hosts}, in an audited fleet"
    help "remove `allow-redactions = true`, or switch the audit profile off for the whole fleet";

/// In an audited fleet every refusal leaves a record: who tried what, and by which rule it failed. The guard writes it at
/// the level `info`, so at a higher one there is no trace of it.
error refusals_unlogged: RefusalsUnlogged { hosts: String, level: String }
    message "the guard on {hosts} logs at level `{level}` and so no refusal, in an audited fleet"
    help "remove `guard.log`, or set it to `info` or `debug`";

/// From room version 12 on the creator of a room stands above all power levels. The lock that keeps users of an
/// audited fleet from deleting would not bind whoever made the room.
error room_version_too_new: RoomVersionTooNew { hosts: String, version: String }
    message "new rooms on {hosts} have version {version}, whose creators no power level binds, in an audited fleet"
    help "remove `room-version`, or set it to \"11\"";

/// The homeserver makes rooms of the versions 6 to 12. It refuses every new room of another one, or makes it without
/// the guarantees of a stable version.
error room_version_unknown: RoomVersionUnknown { hosts: String, version: String }
    message "the homeserver on {hosts} has no stable room version {version}"
    help "remove `room-version`, or use one from 6 to 12";

/// Accounts come by registration token, but the homeserver takes no registrations. Nobody new can get in.
warning registration_closed: RegistrationClosed { hosts: String }
    message "accounts on {hosts} come by registration token, but registration is off"
    help "remove `allow-registration = false`";

/// The first account could be anybody's. It would own the homeserver, with all its messages.
error first_user_admin: FirstUserAdmin { hosts: String }
    message "whoever registers first on {hosts} becomes its administrator"
    help "remove `first-user-is-admin = true`; the bootstrap makes the administrator";

/// What other servers receive leaves the audit, and a DMZ server serves its guests only. Only the two servers of a
/// closed federation may talk to each other.
error federation_open: FederationOpen { host: String, server: String, why: String }
    message "`{host}` would federate with {server}, but {why}"
    help "remove {server} from `federate-with`; for a tenant set `link = \"closed-federation\"`";

/// A trusted key server can vouch for any server's key, and learns with whom this one talks. Only servers of the fleet
/// may be trusted so far.
error trusted_server_foreign: TrustedServerForeign { host: String, server: String }
    message "`{host}` believes what the foreign server {server} says about other servers' keys"
    help "remove {server} from `trusted-servers`; without it each server is asked for its own key";

/// Who leaves is removed where they log in. That closes their next login, not the sessions that are open. The bot asks
/// before each order whether its sender may still give any: the homeserver, and the directory that `core.ldap` names.
/// Without one, whoever has left gives orders until their Matrix account is deactivated, too.
warning directory_unchecked: DirectoryUnchecked { host: String, accounts: String }
    message "staff of `{host}` log in by `{accounts}`, but no directory is asked whether they may still give orders"
    help "set `uri`, `base-dn` and `bind-dn` of `core.ldap`, which goes beside any way to log in";

/// A login by OpenID needs to know the provider and under which name the homeserver is known there.
error oidc_incomplete: OidcIncomplete { host: String, key: String }
    message "staff of `{host}` log in by OpenID, but `core.oidc.{key}` is missing"
    help "add `core.oidc.{key} = …`, or choose another way for `core.accounts`";

/// Whoever asks a directory needs to know the server, where in it people are found, and by which account. That is the
/// login, and the broker of the bot. With one of them missing nobody asks it, and nobody is told.
error ldap_incomplete: LdapIncomplete { host: String, key: String, instead: String }
    message "`{host}` is to ask a directory, but `core.ldap.{key}` is missing"
    help "add `core.ldap.{key} = …`, or {instead}";

/// Settings of a login that is not used have no effect. Most likely `core.accounts` was forgotten. A directory has one
/// beside any login where there is a bot: it says who may give orders.
warning provider_unused: ProviderUnused { host: String, provider: String, accounts: String }
    message "`core.{provider}` is set, but staff of `{host}` get their accounts by `{accounts}`"
    help "set `core.accounts = \"{provider}\"`, or remove `core.{provider}`";

/// Each service is reached by a URL of one kind, and passwords, tokens and certificates only travel encrypted.
error url_scheme_wrong: UrlSchemeWrong { hosts: String, key: String, url: String, expected: String }
    message "`{key}` of {hosts} is {url}, but has to start with {expected}"
    help "use a URL that starts with {expected}";

/// The audit profile holds for the whole fleet. Where one machine does less than the others, what it lets pass is
/// missing from the audit.
error audit_differs: AuditDiffers { hosts: String, key: String, value: String, core: String, expected: String }
    message "`audit.{key}` is {value} on {hosts}, but {expected} on `{core}`"
    help "set `{key}` once, in the fleet's own table `[audit]`";

/// Reads that go round the guard save a hop. A taken-over gateway could then go round it, too: the second listener takes
/// writes as well, and only the gateway's rules keep them away.
warning audit_reads_direct: AuditReadsDirect { hosts: String, gateway: String }
    message "reads on {hosts} go round the guard, so whoever takes over `{gateway}` can encrypt and delete"
    help "remove `reads = \"direct\"`, unless the hop that it saves is worth that (docs/audit.md)";

/// With `audit.blinding` nobody can remove or ban the accounts that read along, which are those of `audit.accounts`. What
/// else it refuses, it refuses without them.
warning audit_accounts_missing: AuditAccountsMissing { hosts: String }
    message "`audit.blinding` protects no account on {hosts}, because `audit.accounts` is empty"
    help "list the accounts that read along in `audit.accounts`, or remove `blinding = true`";

/// Details of the audit profile have no effect while the profile is off.
warning audit_unused: AuditUnused { hosts: String, key: String }
    message "`audit.{key}` has no effect on {hosts}, because the audit profile is off"
    help "set `audit.enable = true`, or remove `audit.{key}`";

}
