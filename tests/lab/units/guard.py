"""The guard."""

from fleet.rendered import Host
from units import service
from units.layer import Layer


def add(layer: Layer, host: Host) -> None:
    """Add settings and unit."""
    settings: dict[str, service.Value] = {
        **service.STRICT,
        "ExecReload": "/bin/kill -HUP $MAINPID",
        "User": "rampart-guard",
        "SupplementaryGroups": "tuwunel",
        "RuntimeDirectory": "rampart-guard",
        "RuntimeDirectoryMode": "0750",
        # As the module has it: a connection takes two.
        "LimitNOFILE": 32768,
    }
    service.add_ours(layer, host, "rampart-guard", "Guard of the homeserver", **settings)
