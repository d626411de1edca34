//! Rules on one rendered host: run by `rampart check` on every host, and by the Nix build on the evaluated one, so that
//! an override in Nix is judged by the same rules.
//!
//! One file per rule, called like its complaint; the cases are in `tests/cases/{err,ok}/<code>/`. The other files are
//! what several rules share: `view` (the file), `homeserver`, `routers` with `matching`, `matching_parse` and `probe`,
//! `relay`, `spans`, `leaves`, and `shape`, the file as types.

mod access_log_too_wide;
mod admin_escape_enabled;
mod admin_room_federated;
mod audited_setting_changed;
mod bot_credential_foreign;
mod control_panel_open;
mod credential_unknown;
mod deny_twin_missing;
mod encoded_characters_open;
mod endpoint_by_name;
mod entrypoint_trusts_headers;
mod federation_unanchored;
mod firewall_not_closed;
mod firewall_rule_wide;
mod guard_listens_public;
mod guard_socket_mismatch;
mod guard_trusts_strangers;
mod guest_registration_allowed;
mod homeserver;
mod homeserver_listens_tcp;
mod host_auto_create;
mod host_clock_unsynchronised;
mod host_disk_unencrypted;
mod host_drain_too_short;
mod host_encryption_allowed;
mod host_external_ip_conflict;
mod host_federation_open;
mod host_file_invalid;
mod host_firmware_mismatch;
mod host_first_user_admin;
mod host_guest_media_shared;
mod host_history_destroyed;
mod host_log_reveals_people;
mod host_originals_dropped;
mod host_peers_overlap;
mod host_private_port_open;
mod host_purge_enabled;
mod host_ranges_overlap;
mod host_redactions_allowed;
mod host_refusals_unlogged;
mod host_relay_unusable;
mod host_room_version_unpinned;
mod host_secret_shared;
mod host_stun_third_party;
mod host_swap_on_edge;
mod host_trusted_server_foreign;
mod host_unlock_impossible;
mod interfaces_unfiltered;
mod journal_persistent;
mod leaves;
mod livekit_bind_public;
mod livekit_key_unknown;
mod matching;
mod matching_parse;
mod password_login_allowed;
mod path_cleaning_off;
mod peer_policy_open;
mod peer_range_malformed;
mod power_level_lock_missing;
mod probe;
mod range_unreserved;
mod redis_bind_public;
mod redis_password_missing;
mod registration_bypasses_page;
mod registration_open_flag;
mod registration_unguarded;
mod relay;
mod relay_auth_missing;
mod relay_hazard_enabled;
mod route_private;
mod router_catch_all;
mod router_forwards_upgrade;
mod router_priority_missing;
mod router_priority_shared;
mod router_rewrites_path;
mod router_rule_invalid;
mod routers;
mod secret_in_settings;
mod secret_in_store;
mod secret_mode_open;
mod shape;
mod shared_name_by_acme;
mod shared_secret_registration;
mod spans;
mod tls_floor_lowered;
mod token_service_bind_public;
mod token_service_open;
mod token_service_unverified;
mod turn_range_missing;
mod turn_tls_unrouted;
mod unknown_options_tolerated;
mod view;

pub use leaves::Leaf;
pub use routers::Routers;

use diag::{Code, Diagnostic, Report};
use serde_json::Value;

/// One rule on a rendered host.
pub struct LocalRule {
    /// The complaint that it makes.
    pub code: Code,
    /// What a host's file must not have, as a JSON merge patch (RFC 7386) of a good one, for `rampart explain`.
    pub example: &'static str,
    /// What looks for the fault.
    pub checks: &'static [Check],
}

/// What a rule looks at.
pub enum Check {
    /// The file.
    File(fn(&Value, &mut Report)),
    /// Traefik's routers, which are read once for all rules.
    Routers(fn(&Routers<'_>, &mut Report)),
    /// Every text in it, one by one: the file is walked once for all rules.
    Leaf(fn(&Leaf<'_, '_>, &mut Report)),
}

/// Every rule on one host.
pub const ALL: &[LocalRule] = &[
    access_log_too_wide::RULE,
    admin_escape_enabled::RULE,
    admin_room_federated::RULE,
    audited_setting_changed::RULE,
    bot_credential_foreign::RULE,
    control_panel_open::RULE,
    credential_unknown::RULE,
    deny_twin_missing::RULE,
    encoded_characters_open::RULE,
    endpoint_by_name::RULE,
    entrypoint_trusts_headers::RULE,
    federation_unanchored::RULE,
    firewall_not_closed::RULE,
    firewall_rule_wide::RULE,
    guard_listens_public::RULE,
    guard_socket_mismatch::RULE,
    guard_trusts_strangers::RULE,
    guest_registration_allowed::RULE,
    homeserver_listens_tcp::RULE,
    host_auto_create::RULE,
    host_clock_unsynchronised::RULE,
    host_disk_unencrypted::RULE,
    host_drain_too_short::RULE,
    host_encryption_allowed::RULE,
    host_external_ip_conflict::RULE,
    host_federation_open::RULE,
    host_file_invalid::RULE,
    host_firmware_mismatch::RULE,
    host_first_user_admin::RULE,
    host_guest_media_shared::RULE,
    host_history_destroyed::RULE,
    host_log_reveals_people::RULE,
    host_originals_dropped::RULE,
    host_peers_overlap::RULE,
    host_private_port_open::RULE,
    host_purge_enabled::RULE,
    host_ranges_overlap::RULE,
    host_redactions_allowed::RULE,
    host_refusals_unlogged::RULE,
    host_relay_unusable::RULE,
    host_room_version_unpinned::RULE,
    host_secret_shared::RULE,
    host_stun_third_party::RULE,
    host_swap_on_edge::RULE,
    host_trusted_server_foreign::RULE,
    host_unlock_impossible::RULE,
    interfaces_unfiltered::RULE,
    journal_persistent::RULE,
    livekit_bind_public::RULE,
    livekit_key_unknown::RULE,
    password_login_allowed::RULE,
    path_cleaning_off::RULE,
    peer_policy_open::RULE,
    peer_range_malformed::RULE,
    power_level_lock_missing::RULE,
    range_unreserved::RULE,
    redis_bind_public::RULE,
    redis_password_missing::RULE,
    registration_bypasses_page::RULE,
    registration_open_flag::RULE,
    registration_unguarded::RULE,
    relay_auth_missing::RULE,
    relay_hazard_enabled::RULE,
    route_private::RULE,
    router_catch_all::RULE,
    router_forwards_upgrade::RULE,
    router_priority_missing::RULE,
    router_priority_shared::RULE,
    router_rewrites_path::RULE,
    router_rule_invalid::RULE,
    secret_in_settings::RULE,
    secret_in_store::RULE,
    secret_mode_open::RULE,
    shared_name_by_acme::RULE,
    shared_secret_registration::RULE,
    tls_floor_lowered::RULE,
    token_service_bind_public::RULE,
    token_service_open::RULE,
    token_service_unverified::RULE,
    turn_range_missing::RULE,
    turn_tls_unrouted::RULE,
    unknown_options_tolerated::RULE,
];

/// Judges the file of one host. Rules bear with a file of another form, so that one run finds everything.
pub fn check_host(host: &Value) -> Report {
    let report = check_with(ALL.iter().flat_map(|rule| rule.checks), host);
    match view::text(host, "facts.host") {
        Some(name) => report.into_iter().map(|complaint: Diagnostic| complaint.on(name)).collect(),
        None => report,
    }
}

impl LocalRule {
    /// Judges the file of one host by this rule alone.
    pub fn check(&self, host: &Value) -> Report {
        check_with(self.checks, host)
    }
}

fn check_with(checks: impl IntoIterator<Item = &'static Check>, host: &Value) -> Report {
    let mut report = Report::new();
    let routers = Routers::of(host);
    let mut on_leaves = Vec::new();
    for check in checks {
        match check {
            Check::File(check) => check(host, &mut report),
            Check::Routers(check) => check(&routers, &mut report),
            Check::Leaf(check) => on_leaves.push(check),
        }
    }
    leaves::each(host, |leaf| on_leaves.iter().for_each(|check| check(leaf, &mut report)));
    report
}
