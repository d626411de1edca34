"""The token service of a focus: the stand-in of `tests/lab/token_service`."""

from fleet.rendered import Host
from units import service
from units.layer import Layer


def add(layer: Layer, host: Host, unit: str) -> None:
    """Add the unit of one focus."""
    start = "/usr/bin/python3 -m token_service"
    daemon = service.of(host, unit, "Token service (stand-in)", start)
    daemon.environment.update(host.services[unit]["environment"])
    daemon.environment.update(
        {"LIVEKIT_KEY_FILE": "%d/key", "PYTHONPATH": "/opt/rampart/lab", "PYTHONUNBUFFERED": "1"}
    )
    daemon.settings.update({"DynamicUser": True})
    layer.unit(f"{unit}.service", daemon.text())


def program() -> str:
    """Give a program that starts the stand-in, under the real one's name."""
    return "#!/bin/sh\nexport PYTHONPATH=/opt/rampart/lab\nexec /usr/bin/python3 -m token_service\n"
