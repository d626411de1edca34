//! Port ranges that this host's media programs pick from.

use serde_json::Value;
use values::PortRange;

use super::view;

/// Ports that the kernel gives to outgoing connections (Linux: `ip_local_port_range`).
pub(super) const EPHEMERAL: PortRange = PortRange::new(32_768, 60_999);

/// First key, last key and the owner of each UDP range.
const SPANS: [(&str, &str, &str); 3] = [
    ("services.livekit.rtc.port_range_start", "services.livekit.rtc.port_range_end", "livekit (media)"),
    ("services.livekit.turn.relay_range_start", "services.livekit.turn.relay_range_end", "livekit (relay)"),
    ("services.coturn.settings.min-port", "services.coturn.settings.max-port", "coturn (relay)"),
];

/// Every UDP range with its owner.
pub(super) fn of(host: &Value) -> Vec<(&'static str, PortRange)> {
    let port = |path| view::number(host, path).and_then(|port| u16::try_from(port).ok());
    SPANS
        .into_iter()
        .filter_map(|(first, last, owner)| Some((owner, PortRange::new(port(first)?, port(last)?))))
        .collect()
}

/// Ranges that the kernel leaves alone.
pub(super) fn reserved(host: &Value) -> Vec<PortRange> {
    let text = view::text(host, "network.reservedPorts").unwrap_or_default();
    text.split(',')
        .filter_map(|range| {
            let (first, last) = range.split_once('-').unwrap_or((range, range));
            Some(PortRange::new(first.trim().parse().ok()?, last.trim().parse().ok()?))
        })
        .collect()
}
