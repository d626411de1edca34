"""The refusals of the gateway, and its self-test."""

import json

from fleet.rendered import Host
from units import service
from units.layer import Layer

FILE = "/etc/rampart/rampart-answer.json"
PROGRAM = "/opt/rampart/bin/rampart-answer"


def add(layer: Layer, host: Host) -> None:
    """Add settings and both units."""
    layer.write(FILE, json.dumps(host.services["rampart-answer"], indent=2))
    start = f"{PROGRAM} run --config {FILE}"
    daemon = service.of(host, "rampart-answer", "Refusals of the gateway", start)
    daemon.settings.update({**service.STRICT, "Type": "notify", "DynamicUser": True})
    layer.unit("rampart-answer.service", daemon.text())
    test = service.Service(
        "What must be refused is refused by this host",
        f"{PROGRAM} selftest --config {FILE}",
        after=["multi-user.target", "traefik.service", "rampart-answer.service"],
        settings={
            **service.STRICT,
            "Type": "oneshot",
            "Restart": "no",
            "RemainAfterExit": True,
            "DynamicUser": True,
            "IPAddressDeny": "any",
            "IPAddressAllow": "localhost",
        },
    )
    layer.unit("rampart-selftest.service", test.text())
