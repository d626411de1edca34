//! Panels and figures on public ports.

use diag::{Code, Kind, Report};
use serde_json::Value;

use super::{Check, LocalRule, view};

/// See [`Code::ControlPanelOpen`].
pub(super) const RULE: LocalRule = LocalRule {
    code: Code::ControlPanelOpen,
    example: include_str!("../../tests/cases/err/control_panel_open/case/host.json"),
    checks: &[Check::File(check)],
};

fn check(host: &Value, report: &mut Report) {
    for key in ["api.insecure", "api.dashboard", "api.debug"] {
        let path = format!("{STATIC}.{key}");
        if view::is_on(host, &path) {
            report.push(Kind::ControlPanelOpen { path });
        }
    }
    for key in ["ping", "metrics.prometheus"] {
        let path = format!("{STATIC}.{key}");
        let Some(part) = view::at(host, &path) else { continue };
        // Without a name of its own it makes an entry point `traefik` on port 8080 of every address.
        let point = view::text(part, "entryPoint").unwrap_or("traefik");
        let address = view::text(host, &format!("{STATIC}.entryPoints.{point}.address")).unwrap_or(":8080");
        if !view::is_inside(host, view::without_port(address)) {
            report.push(Kind::ControlPanelOpen { path });
        }
    }
}

const STATIC: &str = "services.traefik.static";
