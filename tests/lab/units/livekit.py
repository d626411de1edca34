"""LiveKit."""

import json

from fleet.rendered import Host
from units import service
from units.layer import Layer

FILE = "/etc/rampart/livekit.yaml"
START = "/etc/rampart/livekit"


def add(layer: Layer, host: Host) -> None:
    """Add settings and unit. JSON is YAML."""
    layer.write(FILE, json.dumps(host.services["livekit"], indent=2))
    lines = ["set -eu"]
    if "redis-password" in host.credentials("livekit"):
        # The server takes this password from its environment only, or from its settings.
        lines.append('export REDIS_PASSWORD="$(cat "$CREDENTIALS_DIRECTORY/redis-password")"')
    keys = '--key-file "$CREDENTIALS_DIRECTORY/keys"'
    lines.append(f"exec /opt/rampart/bin/livekit-server --config {FILE} {keys}")
    layer.write(START, "\n".join(lines) + "\n")
    daemon = service.of(host, "livekit", "LiveKit", f"/bin/sh {START}")
    patience = host.options(host.role)["livekit"]["drainTime"]
    daemon.settings.update({"DynamicUser": True, "LimitNOFILE": 65535, "TimeoutStopSec": patience})
    layer.unit("livekit.service", daemon.text())
