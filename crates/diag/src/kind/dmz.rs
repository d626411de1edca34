//! Complaints about tenants and their DMZ hosts.

use crate::complaints::area;

area! { $

/// A DMZ host opens no connection to a machine of the fleet or of its LAN. Whoever takes it over must find nothing
/// that it may talk to.
error dmz_opens_inwards: DmzOpensInwards { host: String, target: String, why: String }
    message "the DMZ host `{host}` would open connections inwards, to {target}: {why}"
    help "let the DMZ host use a service outside the fleet, or one in its own segment";

/// A closed federation joins the server of the guests and that of the staff. Guests' messages and media are then
/// stored on internal disks, and the DMZ host may open one connection inwards, to the gateway.
warning closed_federation: ClosedFederation { tenant: String, domain: String, host: String }
    message "guests of `{tenant}` share rooms with staff: `{host}` may open connections from {domain} to the gateway"
    help "remove `link = \"closed-federation\"` unless you accept this; staff can have accounts at {domain} instead";

/// Virtual machines of one hypervisor share its hardware. Whoever breaks out of the guests' machine is next to the
/// internal one.
warning hypervisor_shared: HypervisorShared { dmz: String, host: String, hypervisor: String }
    message "the DMZ host `{dmz}` runs on the same hypervisor `{hypervisor}` as `{host}`"
    help "move one of the two; `separation = \"hardware\"` makes this an error";

/// The tenant asks for hardware of its own. Its DMZ host shares a hypervisor with an internal machine.
error separation_broken: SeparationBroken { tenant: String, dmz: String, host: String, hypervisor: String }
    message "`{tenant}` asks for separate hardware, but `{dmz}` runs on the same hypervisor `{hypervisor}` as `{host}`"
    help "move one of the two to another hypervisor, or set `separation = \"vm\"`";

/// The tenant asks for hardware of its own. Whether it has it cannot be seen while machines do not say where they run.
warning separation_unproven: SeparationUnproven { tenant: String, hosts: String }
    message "`{tenant}` asks for separate hardware, but no hypervisor is given for {hosts}"
    help "add `hypervisor = …` to each host; for plain hardware use the host's own name";

/// A server name belongs to one homeserver. Guests and staff would claim the same names, and neither could be told
/// from the other.
error tenant_domain_is_server_name: TenantDomainIsServerName { tenant: String, domain: String }
    message "the domain {domain} of tenant `{tenant}` is the server name of the fleet itself"
    help "use `{tenant}.{domain}`";

/// A tenant lives under a name of its own inside the fleet's domain. So no two tenants can meet, and one wildcard in
/// the name server covers each.
error tenant_domain_outside: TenantDomainOutside { tenant: String, domain: String, expected: String }
    message "the domain {domain} of tenant `{tenant}` is neither {expected} nor under it"
    help "use {expected}, or a name that ends in `.{expected}`";

/// Some names under the fleet's domain belong to its own services. A tenant there would answer in their place.
error tenant_domain_taken: TenantDomainTaken { tenant: String, domain: String, service: String, what: String }
    message "the domain {domain} of tenant `{tenant}` lies under {service}, which is the fleet's {what}"
    help "rename the tenant and its domain";

/// A tenant without a DMZ host has no homeserver for its guests.
warning tenant_without_host: TenantWithoutHost { tenant: String }
    message "no host serves the guests of tenant `{tenant}`"
    help "add a host with `role = \"dmz\"` and `tenant = \"{tenant}\"`, or remove the tenant";

/// Guests are managed by staff, whose accounts are on the fleet's own server. Nobody else's account can be looked at, so
/// that an order of theirs is refused.
error staff_foreign: StaffForeign { key: String, user: String, domain: String }
    message "`{key}` names {user}, who has no account at {domain} and could give no orders"
    help "name an account that ends in `:{domain}`";

/// A tenant has one homeserver. Two hosts would both be it, with different accounts and rooms.
error tenant_shared: TenantShared { tenant: String, first: String, second: String }
    message "both `{first}` and `{second}` serve the guests of tenant `{tenant}`"
    help "remove one of the two hosts, or give it a tenant of its own";

/// Only a DMZ host serves a tenant. On any other host the key would be ignored.
error tenant_misplaced: TenantMisplaced { host: String, role: String, tenant: String }
    message "`{host}` is given the tenant `{tenant}`, but its role is `{role}`"
    help "remove `tenant`, or set `role = \"dmz\"`";

/// What guests upload lies on a disk of its own. So it can neither fill the system's disk nor be read along with it.
error guest_media_shared: GuestMediaShared { hosts: String, device: String, system: String }
    message "guest media on {hosts} would lie on {device}, which is on the system's disk {system}"
    help "attach a second virtual disk and name it in `disk.guest-media-device`";

/// Names can carry anything out of a segment. A DMZ host may ask only the name servers that the manifest lists; while
/// none is listed, its filter must let it ask all.
warning dmz_resolver_open: DmzResolverOpen { hosts: String }
    message "any name server on the internet may be asked by {hosts}"
    help "add `base.name-servers = […]`";

}
