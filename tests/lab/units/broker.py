"""The broker."""

from fleet.rendered import Host
from units import service
from units.layer import Layer

UNIT = "rampart-broker"
PROGRAM = f"{service.PROGRAMS}/{UNIT}"
BOOTSTRAP = "rampart-bootstrap.service"
ENVIRONMENT = "/run/rampart-bootstrap/tuwunel.env"
SECRET = "homeserver-bootstrap"


def add(layer: Layer, host: Host) -> None:
    """Add settings and unit. Bootstrap comes before it, in the same unit."""
    settings: dict[str, service.Value] = {
        **service.STRICT,
        "ExecStartPre": f"{PROGRAM} bootstrap --config {service.settings_file(UNIT)}",
        "TimeoutStartSec": "5min",
        "User": "rampart-broker",
        "SupplementaryGroups": "tuwunel",
        "RuntimeDirectory": "rampart-broker",
        "RuntimeDirectoryMode": "0750",
        "StateDirectory": "rampart-broker",
        "StateDirectoryMode": "0700",
    }
    service.add_ours(layer, host, UNIT, "Broker of the homeserver's admin API", **settings)
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
