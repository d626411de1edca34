"""Steering."""

import json

from fleet.rendered import Host
from units import service
from units.layer import Layer

FILE = "/etc/rampart/rampart-steer.json"
PROGRAM = "/opt/rampart/bin/rampart-steer"


def add(layer: Layer, host: Host) -> None:
    """Add settings and unit, and the command for administrators."""
    layer.write(FILE, json.dumps(host.services["rampart-steer"], indent=2))
    layer.link("/usr/local/bin/rampart-steer", PROGRAM)
    start = f"{PROGRAM} run --config {FILE}"
    daemon = service.of(host, "rampart-steer", "Steering", start)
    daemon.settings.update(
        {
            "Type": "notify",
            "DynamicUser": True,
            "StateDirectory": "rampart-steer",
            "StateDirectoryMode": "0700",
        }
    )
    layer.unit("rampart-steer.service", daemon.text())
