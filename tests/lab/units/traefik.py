"""Traefik."""

import json

from fleet.rendered import Host
from units import service
from units.layer import Layer

STATIC = "/etc/rampart/traefik/static.yaml"
DYNAMIC = "/etc/rampart/traefik/dynamic.yaml"


def add(layer: Layer, host: Host) -> None:
    """Add both files and the unit. JSON is YAML."""
    settings = host.services["traefik"]
    static = dict(settings["static"])
    file = {"filename": DYNAMIC, "watch": True, **static.get("providers", {}).get("file", {})}
    static["providers"] = {**static.get("providers", {}), "file": file}
    layer.write(STATIC, json.dumps(static, indent=2))
    layer.write(file["filename"], json.dumps(settings["dynamic"], indent=2))
    daemon = service.of(
        host, "traefik", "Traefik", f"/opt/rampart/bin/traefik --configfile={STATIC}"
    )
    daemon.settings.update(
        {
            "Type": "notify",
            "User": "traefik",
            "StateDirectory": "traefik",
            "AmbientCapabilities": "CAP_NET_BIND_SERVICE",
            "NoNewPrivileges": True,
        }
    )
    layer.unit("traefik.service", daemon.text())
