"""Steering."""

from fleet.rendered import Host
from units import service
from units.layer import Layer


def add(layer: Layer, host: Host) -> None:
    """Add settings and unit, and the command for administrators."""
    layer.link("/usr/local/bin/rampart-steer", f"{service.PROGRAMS}/rampart-steer")
    settings: dict[str, service.Value] = {
        "DynamicUser": True,
        "StateDirectory": "rampart-steer",
        "StateDirectoryMode": "0700",
    }
    service.add_ours(layer, host, "rampart-steer", "Steering", **settings)
