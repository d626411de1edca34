//! An edge.

use manifest::WrittenHost;
use settings::{edge::Edge, region::MediaMode};

use super::{fill, fill_if, hosts::View, layered, settle::Settler};

/// Resolves an edge's role.
pub(crate) fn resolve(view: &View<'_>, written: &WrittenHost, settler: &mut Settler<'_>) -> Option<Edge> {
    let mut layer = layered(&written.parts.edge, &view.stage.written.defaults.edge);
    let focus = view.focus?;
    let mode = view.stage.regions.get(&view.machine.region)?.mode;
    fill(&mut layer.focus, focus.name.clone());
    fill(&mut layer.focus_domain, focus.domain.clone());
    fill(&mut layer.mode, mode);
    fill_if(&mut layer.core_address, view.core().map(|core| core.tunnel_address));
    // In backbone mode media stays inside the tunnel; the relay takes it in and out.
    let media = match mode {
        MediaMode::Backbone => Some(view.machine.tunnel_address),
        MediaMode::MultiSfu | MediaMode::Cluster => view.machine.address,
    };
    if media.is_none() && layer.media_address.is_none() {
        settler.missing(&format!("host.{}.address", view.name));
        return None;
    }
    fill_if(&mut layer.media_address, media);
    let domain = &view.stage.fleet.domain;
    // In backbone mode the relay answers STUN, by the name that resolves to the closest edge.
    let stun = match mode {
        MediaMode::Backbone => format!("relay.{domain}:3478"),
        MediaMode::MultiSfu | MediaMode::Cluster => format!("{}.turn.{domain}:3478", view.name),
    };
    fill(&mut layer.livekit.stun_servers, vec![stun]);
    settler.settle(layer, &view.path("edge"))
}
