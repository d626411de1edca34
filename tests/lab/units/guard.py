"""The guard."""

import json

from fleet.rendered import Host
from units import service
from units.layer import Layer

FILE = "/etc/rampart/rampart-guard.json"


def add(layer: Layer, host: Host) -> None:
    """Add settings and unit."""
    layer.write(FILE, json.dumps(host.services["rampart-guard"], indent=2))
    start = f"/opt/rampart/bin/rampart-guard run --config {FILE}"
    daemon = service.of(host, "rampart-guard", "Guard of the homeserver", start)
    daemon.settings.update(
        {
            **service.STRICT,
            "Type": "notify",
            "ExecReload": "/bin/kill -HUP $MAINPID",
            "User": "rampart-guard",
            "SupplementaryGroups": "tuwunel",
            "RuntimeDirectory": "rampart-guard",
            "RuntimeDirectoryMode": "0750",
            # As the module has it: a connection takes two.
            "LimitNOFILE": 32768,
        }
    )
    layer.unit("rampart-guard.service", daemon.text())
