"""Tuwunel, from a private binary."""

from pathlib import Path

from fleet.rendered import Host
from homeserver import toml
from homeserver.kind import MAKE_ACCOUNT, UNIT
from units import service
from units.layer import Layer

FILE = "/etc/rampart/tuwunel.toml"
PROGRAM = "/opt/rampart/bin/tuwunel"

# The server's own console commands at start are how its administrator makes an account. They go
# through the environment of one start: a drop-in below /run that is gone before this ends.
ACCOUNT = """#!/bin/bash
set -euo pipefail
umask 077
folder=/run/systemd/system/tuwunel.service.d
mkdir -p "$folder"
trap 'rm -rf "$folder"; systemctl daemon-reload' EXIT
printf '[Service]\\nEnvironment="TUWUNEL_ADMIN_EXECUTE=[\\\\"users create-user %s %s\\\\"]"\\n' \\
  "$1" "$2" > "$folder/account.conf"
systemctl daemon-reload
systemctl restart tuwunel.service
"""


class Tuwunel:
    """The homeserver that the fleet is made for."""

    def __init__(self, binary: Path) -> None:
        """Use a binary of this host."""
        self.binary = binary

    @property
    def line(self) -> str:
        """Say which one it is."""
        return f"homeserver: Tuwunel ({self.binary})"

    def shown(self) -> dict[Path, str]:
        """Show the binary."""
        return {self.binary: PROGRAM}

    def add(self, layer: Layer, host: Host) -> None:
        """Add settings and unit as rendered."""
        layer.write(FILE, toml.text(host.services["tuwunel"]))
        layer.write(MAKE_ACCOUNT, ACCOUNT, 0o755)
        daemon = service.of(host, "tuwunel", "Homeserver", PROGRAM)
        daemon.environment.update({"TUWUNEL_CONFIG": FILE})
        daemon.settings.update(
            {
                "Type": "notify",
                "User": "tuwunel",
                "StateDirectory": "tuwunel",
                "RuntimeDirectory": "tuwunel",
                "RuntimeDirectoryMode": "0750",
                "LimitNOFILE": 65535,
            }
        )
        layer.unit(UNIT, daemon.text())
