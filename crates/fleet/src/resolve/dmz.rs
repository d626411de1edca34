//! A DMZ host.

use manifest::WrittenHost;
use settings::{audit::Audit, dmz::Dmz};

use super::{fill, homeserver, hosts::View, layered, settle::Settler};

/// Resolves a DMZ host's role.
pub(crate) fn resolve(
    view: &View<'_>,
    written: &WrittenHost,
    audit: &Audit,
    settler: &mut Settler<'_>,
) -> Option<Dmz> {
    let mut layer = layered(&written.parts.dmz, &view.stage.written.defaults.dmz);
    let Some(name) = &view.machine.tenant else {
        settler.missing(&format!("host.{}.tenant", view.name));
        return None;
    };
    let tenant = view.stage.tenants.get(name)?;
    fill(&mut layer.tenant, name.clone());
    fill(&mut layer.domain, tenant.domain.clone());
    homeserver::fill_in(&mut layer.homeserver, audit, true);
    let fleet = tenant.is_linked().then(|| view.stage.fleet.domain.clone());
    homeserver::join(&mut layer.homeserver, fleet.into_iter());
    settler.settle(layer, &view.path("dmz"))
}
