//! The core.

use manifest::WrittenHost;
use settings::{
    audit::Audit,
    core::{Accounts, Core},
};

use super::{edge::stun_server, fill, fill_if, homeserver, hosts::View, layered, settle::Settler};
use crate::Relay;

/// Resolves the core's role.
pub(crate) fn resolve(
    view: &View<'_>,
    written: &WrittenHost,
    audit: &Audit,
    settler: &mut Settler<'_>,
) -> Option<Core> {
    let domain = &view.stage.fleet.domain;
    let mut layer = layered(&written.parts.core, &view.stage.written.defaults.core);
    fill(&mut layer.server_name, domain.clone());
    fill_if(&mut layer.client_domain, domain.under("matrix"));
    fill(&mut layer.media_host, view.media_host.name.clone());
    // The gateway forwards the media ports unless the core has a public address of its own.
    let door = view.machine.address.or_else(|| view.gateway().and_then(|gateway| gateway.address));
    fill_if(&mut layer.media_address, door.filter(|_| view.media_host.is_core));
    fill(&mut layer.steering.default_region, view.machine.region.clone());
    let by_token = layer.accounts == Some(Accounts::Token);
    homeserver::fill_in(&mut layer.homeserver, audit, by_token);
    let linked = view.stage.tenants.values().filter(|tenant| tenant.is_linked());
    homeserver::join(&mut layer.homeserver, linked.map(|tenant| tenant.domain.clone()));
    let stun = stun_server(Relay::Calls, view, layer.turn.port);
    fill(&mut layer.livekit.stun_servers, vec![stun]);
    settler.settle(layer, &view.path("core"))
}
