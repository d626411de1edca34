//! One file per rule. A rule looks at the whole resolved fleet and adds its complaints to the report.
//!
//! The file is called like the code of its complaint, whose text is in `diag/src/kind/`; its cases are in
//! `tests/cases/{err,ok}/<code>/`. To add a rule: the block of the complaint, the cases, the file, and its two lines here.

// What several rules look at.
mod addresses;
mod blame;
mod floors;
mod homeservers;
mod listeners;
mod media;
mod neighbours;

// The rules.
mod address_duplicated;
mod address_missing;
mod address_not_public;
mod address_reserved;
mod admin_network_missing;
mod admin_network_open;
mod allocation_conflict;
mod audit_accounts_missing;
mod audit_differs;
mod audit_reads_direct;
mod audit_unused;
mod auto_create_open;
mod backbone_alone;
mod backbone_media_outside;
mod backbone_without_dns;
mod clock_unsynchronised;
mod closed_federation;
mod cluster_far;
mod cluster_single_node;
mod country_shared;
mod derived_differs;
mod directory_unchecked;
mod disk_unencrypted;
mod dmz_opens_inwards;
mod dmz_resolver_open;
mod drain_too_short;
mod encryption_allowed;
mod external_ip_conflict;
mod fallback_focus_missing;
mod federation_open;
mod firmware_mismatch;
mod first_user_admin;
mod foci_all_draining;
mod guest_media_shared;
mod hypervisor_shared;
mod interface_shared;
mod key_missing;
mod lan_mismatch;
mod latency_promise_broken;
mod latency_promise_draining;
mod latency_promise_unmeasured;
mod ldap_incomplete;
mod link_contradictory;
mod link_region_unknown;
mod link_too_fast;
mod log_reveals_people;
mod media_host_misplaced;
mod name_duplicate;
mod networks_overlap;
mod oidc_incomplete;
mod port_private_exposed;
mod port_privileged;
mod port_taken;
mod port_zero;
mod provider_unused;
mod purge_enabled;
mod range_reversed;
mod ranges_overlap;
mod redactions_allowed;
mod refusals_unlogged;
mod region_without_edge;
mod registration_closed;
mod registration_open;
mod relay_peer_open;
mod relay_port_differs;
mod resolver_missing;
mod role_table_misplaced;
mod room_version_too_new;
mod room_version_unknown;
mod router_unreachable;
mod segment_route_missing;
mod segment_shared;
mod separation_broken;
mod separation_unproven;
mod setting_unused;
mod ssh_unreachable;
mod staff_foreign;
mod steering_region_unknown;
mod stun_malformed;
mod stun_missing;
mod stun_third_party;
mod swap_on_edge;
mod tang_incomplete;
mod tenant_domain_is_server_name;
mod tenant_domain_outside;
mod tenant_domain_taken;
mod tenant_misplaced;
mod tenant_shared;
mod tenant_without_host;
mod trusted_server_foreign;
mod tunnel_address_outside;
mod tunnel_endpoint_unreachable;
mod tunnel_key_duplicated;
mod tunnel_network_public;
mod unlock_impossible;
mod unlock_port_shared;
mod url_scheme_wrong;
mod version_below_floor;
mod version_floor_unreached;

use diag::{Code, Report};

use crate::Resolved;

/// One rule.
pub struct Rule {
    /// The complaint that it makes.
    pub code: Code,
    /// A manifest that it refuses, for `rampart explain`; of [`Code::AllocationConflict`] the other file.
    pub example: &'static str,
    /// Looks for the fault.
    pub check: fn(&Resolved, &mut Report),
}

impl Rule {
    /// What it finds.
    pub(crate) fn complaints(&self, fleet: &Resolved) -> Report {
        let mut report = Report::new();
        (self.check)(fleet, &mut report);
        report
    }
}

/// Every rule, by name; the report puts complaints in the order of their places.
pub const ALL: &[Rule] = &[
    address_duplicated::RULE,
    address_missing::RULE,
    address_not_public::RULE,
    address_reserved::RULE,
    admin_network_missing::RULE,
    admin_network_open::RULE,
    allocation_conflict::RULE,
    audit_accounts_missing::RULE,
    audit_differs::RULE,
    audit_reads_direct::RULE,
    audit_unused::RULE,
    auto_create_open::RULE,
    backbone_alone::RULE,
    backbone_media_outside::RULE,
    backbone_without_dns::RULE,
    clock_unsynchronised::RULE,
    closed_federation::RULE,
    cluster_far::RULE,
    cluster_single_node::RULE,
    country_shared::RULE,
    derived_differs::RULE,
    directory_unchecked::RULE,
    disk_unencrypted::RULE,
    dmz_opens_inwards::RULE,
    dmz_resolver_open::RULE,
    drain_too_short::RULE,
    encryption_allowed::RULE,
    external_ip_conflict::RULE,
    fallback_focus_missing::RULE,
    federation_open::RULE,
    firmware_mismatch::RULE,
    first_user_admin::RULE,
    foci_all_draining::RULE,
    guest_media_shared::RULE,
    hypervisor_shared::RULE,
    interface_shared::RULE,
    key_missing::RULE,
    lan_mismatch::RULE,
    latency_promise_broken::RULE,
    latency_promise_draining::RULE,
    latency_promise_unmeasured::RULE,
    ldap_incomplete::RULE,
    link_contradictory::RULE,
    link_region_unknown::RULE,
    link_too_fast::RULE,
    log_reveals_people::RULE,
    media_host_misplaced::RULE,
    name_duplicate::RULE,
    networks_overlap::RULE,
    oidc_incomplete::RULE,
    port_private_exposed::RULE,
    port_privileged::RULE,
    port_taken::RULE,
    port_zero::RULE,
    provider_unused::RULE,
    purge_enabled::RULE,
    range_reversed::RULE,
    ranges_overlap::RULE,
    redactions_allowed::RULE,
    refusals_unlogged::RULE,
    region_without_edge::RULE,
    registration_closed::RULE,
    registration_open::RULE,
    relay_peer_open::RULE,
    relay_port_differs::RULE,
    resolver_missing::RULE,
    role_table_misplaced::RULE,
    room_version_too_new::RULE,
    room_version_unknown::RULE,
    router_unreachable::RULE,
    segment_route_missing::RULE,
    segment_shared::RULE,
    separation_broken::RULE,
    separation_unproven::RULE,
    setting_unused::RULE,
    ssh_unreachable::RULE,
    staff_foreign::RULE,
    steering_region_unknown::RULE,
    stun_malformed::RULE,
    stun_missing::RULE,
    stun_third_party::RULE,
    swap_on_edge::RULE,
    tang_incomplete::RULE,
    tenant_domain_is_server_name::RULE,
    tenant_domain_outside::RULE,
    tenant_domain_taken::RULE,
    tenant_misplaced::RULE,
    tenant_shared::RULE,
    tenant_without_host::RULE,
    trusted_server_foreign::RULE,
    tunnel_address_outside::RULE,
    tunnel_endpoint_unreachable::RULE,
    tunnel_key_duplicated::RULE,
    tunnel_network_public::RULE,
    unlock_impossible::RULE,
    unlock_port_shared::RULE,
    url_scheme_wrong::RULE,
    version_below_floor::RULE,
    version_floor_unreached::RULE,
];

/// A file that is refused with this complaint, by a rule or by a stage before the rules.
pub fn example(code: Code) -> Option<&'static str> {
    let rule = ALL.iter().find(|rule| rule.code == code);
    rule.map(|rule| rule.example).or_else(|| stage_example(code))
}

fn stage_example(code: Code) -> Option<&'static str> {
    Some(match code {
        Code::SyntaxInvalid => include_str!("../../tests/cases/err/syntax_invalid/fleet.toml"),
        Code::RecordInvalid => include_str!("../../tests/cases/err/record_invalid/keys/keys.json"),
        Code::KeyUnknown => include_str!("../../tests/cases/err/key_unknown/fleet.toml"),
        Code::KeyDuplicated => include_str!("../../tests/cases/err/key_duplicated/lan/core/host.toml"),
        Code::ValueInvalid => include_str!("../../tests/cases/err/value_invalid/fleet.toml"),
        Code::OptionMissing => include_str!("../../tests/cases/err/option_missing/fleet.toml"),
        Code::NameUnknown => include_str!("../../tests/cases/err/name_unknown/fleet.toml"),
        Code::RoleMissing => include_str!("../../tests/cases/err/role_missing/fleet.toml"),
        Code::RoleDuplicated => include_str!("../../tests/cases/err/role_duplicated/fleet.toml"),
        Code::PortsExhausted => {
            include_str!("../../tests/cases/err/ports_exhausted/fleet/allocations.json")
        }
        Code::RegionUnknown => include_str!("../../tests/cases/err/region_unknown/fleet.toml"),
        _ => return None,
    })
}
