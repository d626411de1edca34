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

}
