"""The bot."""

import json

from fleet.rendered import Host
from units import service
from units.layer import Layer

FILE = "/etc/rampart/rampart-bot.json"
PROGRAM = "/opt/rampart/bin/rampart-bot"


def add(layer: Layer, host: Host) -> None:
    """Add settings and unit."""
    layer.write(FILE, json.dumps(host.services["rampart-bot"], indent=2))
    start = f"{PROGRAM} run --config {FILE}"
    daemon = service.of(host, "rampart-bot", "Bot that takes orders about guests", start)
    daemon.settings.update(
        {
            **service.STRICT,
            "Type": "notify",
            "DynamicUser": True,
            "SupplementaryGroups": "rampart-broker",
            "StateDirectory": "rampart-bot",
            "StateDirectoryMode": "0700",
        }
    )
    layer.unit("rampart-bot.service", daemon.text())
