//! The core.

use manifest::WrittenHost;
use settings::{
    audit::Audit,
    core::{Accounts, Core},
};

use super::{fill, fill_if, homeserver, hosts::View, layered, settle::Settler};

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
    let public = layer.public_media.unwrap_or(true);
    // The gateway forwards the media ports unless the core has a public address of its own.
    let door = view.machine.address.or_else(|| view.gateway().and_then(|gateway| gateway.address));
    fill_if(&mut layer.media_address, door.filter(|_| public));
    let by_token = layer.accounts == Some(Accounts::Token);
    homeserver::fill_in(&mut layer.homeserver, audit, by_token);
    fill(&mut layer.livekit.stun_servers, vec![format!("turn.{domain}:3478")]);
    settler.settle(layer, &view.path("core"))
}
