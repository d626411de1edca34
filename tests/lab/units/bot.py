"""The bot."""

from fleet.rendered import Host
from units import service
from units.layer import Layer


def add(layer: Layer, host: Host) -> None:
    """Add settings and unit."""
    settings: dict[str, service.Value] = {
        **service.STRICT,
        "DynamicUser": True,
        "SupplementaryGroups": "rampart-broker",
        "StateDirectory": "rampart-bot",
        "StateDirectoryMode": "0700",
    }
    service.add_ours(layer, host, "rampart-bot", "Bot that takes orders about guests", **settings)
