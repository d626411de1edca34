"""The broker."""

import json

from fleet.rendered import Host
from units import service
from units.layer import Layer

FILE = "/etc/rampart/rampart-broker.json"
PROGRAM = "/opt/rampart/bin/rampart-broker"
BOOTSTRAP = "rampart-bootstrap.service"
ENVIRONMENT = "/run/rampart-bootstrap/tuwunel.env"
SECRET = "homeserver-bootstrap"


def add(layer: Layer, host: Host) -> None:
    """Add settings and unit. Bootstrap comes before it, in the same unit."""
    layer.write(FILE, json.dumps(host.services["rampart-broker"], indent=2))
    start = f"{PROGRAM} run --config {FILE}"
    daemon = service.of(host, "rampart-broker", "Broker of the homeserver's admin API", start)
    daemon.settings.update(
        {
            **service.STRICT,
            "Type": "notify",
            "ExecStartPre": f"{PROGRAM} bootstrap --config {FILE}",
            "TimeoutStartSec": "5min",
            "User": "rampart-broker",
            "SupplementaryGroups": "tuwunel",
            "RuntimeDirectory": "rampart-broker",
            "RuntimeDirectoryMode": "0750",
            "StateDirectory": "rampart-broker",
            "StateDirectoryMode": "0700",
        }
    )
    layer.unit("rampart-broker.service", daemon.text())
    text = service.once(
        "Environment with which the homeserver makes its administrator",
        f"{PROGRAM} environment %d/{SECRET} {ENVIRONMENT}",
        LoadCredential=f"{SECRET}:{host.data['secrets'][SECRET]['path']}",
        RuntimeDirectory="rampart-bootstrap",
        RuntimeDirectoryMode="0700",
        UMask="0077",
    )
    layer.unit(BOOTSTRAP, text)


def give_administrator(daemon: service.Service, host: Host) -> None:
    """Let a homeserver make its administrator, as `modules/daemons/broker.nix` does."""
    if "rampart-broker" in host.services:
        daemon.settings["EnvironmentFile"] = ENVIRONMENT
        daemon.after.append(BOOTSTRAP)
