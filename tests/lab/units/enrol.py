"""The enrolment page."""

import json

from fleet.rendered import Host
from units import service
from units.layer import Layer

FILE = "/etc/rampart/rampart-enrol.json"


def add(layer: Layer, host: Host) -> None:
    """Add settings and unit."""
    layer.write(FILE, json.dumps(host.services["rampart-enrol"], indent=2))
    start = f"/opt/rampart/bin/rampart-enrol run --config {FILE}"
    daemon = service.of(host, "rampart-enrol", "Enrolment page", start)
    daemon.settings.update(
        {
            **service.STRICT,
            "Type": "notify",
            "DynamicUser": True,
            "SupplementaryGroups": "rampart-guard rampart-broker",
        }
    )
    layer.unit("rampart-enrol.service", daemon.text())
