//! The gateway.

use manifest::WrittenHost;
use settings::gateway::Gateway;

use super::{fill, fill_if, hosts::View, layered, settle::Settler};

/// Resolves the gateway's role.
pub(crate) fn resolve(view: &View<'_>, written: &WrittenHost, settler: &mut Settler<'_>) -> Option<Gateway> {
    let domain = &view.stage.fleet.domain;
    let mut layer = layered(&written.parts.gateway, &view.stage.written.defaults.gateway);
    fill(&mut layer.server_name, domain.clone());
    fill_if(&mut layer.client_domain, domain.under("matrix"));
    fill_if(&mut layer.rtc_domain, domain.under("rtc"));
    fill_if(&mut layer.core_address, view.core().map(|core| core.tunnel_address));
    settler.settle(layer, &view.path("gateway"))
}
