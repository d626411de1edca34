//! An edge.

use manifest::WrittenHost;
use settings::{edge::Edge, region::MediaMode, turn::Turn};
use values::Port;

use super::{fill, fill_if, hosts::View, layered, settle::Settler};
use crate::Relay;

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
    fill(&mut layer.relays_calls, view.media_host.name == *view.name);
    let relay = Relay::of_edge(mode, layer.relays_calls.unwrap_or_default());
    let stun = stun_server(relay, view, layer.turn.port);
    fill(&mut layer.livekit.stun_servers, vec![stun]);
    settler.settle(layer, &view.path("edge"))
}

/// The TURN server beside the media server: it answers STUN, too (RFC 8656, section 5).
pub(super) fn stun_server(relay: Relay, view: &View<'_>, port: Option<Port>) -> String {
    // Port 0 has a complaint of its own.
    let port = port.filter(|port| port.0 != 0).unwrap_or(Turn::PORT);
    format!("{}.{}:{port}", relay.label(view.name), view.stage.fleet.domain)
}
