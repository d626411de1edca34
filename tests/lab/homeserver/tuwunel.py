"""Tuwunel, from a private binary."""

from pathlib import Path

from fleet.programs import REPOSITORY
from fleet.rendered import Host
from homeserver import toml
from homeserver.kind import MAKE_ACCOUNT, PROGRAM, UNIT
from units import broker, service
from units.layer import Layer

FILE = "/etc/rampart/tuwunel.toml"
# The same program as in the machines of `tests/vm/fleet.nix`.
ACCOUNT = REPOSITORY / "tests" / "vm" / "make-account.sh"


class Tuwunel:
    """The homeserver that the fleet is made for."""

    def __init__(self, binary: Path) -> None:
        """Use a binary of this host."""
        self._binary = binary

    @property
    def binary(self) -> Path:
        """The program."""
        return self._binary

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
        self.add_program(layer, host)
        daemon = service.of(host, "tuwunel", "Homeserver", PROGRAM)
        daemon.environment.update({"TUWUNEL_CONFIG": FILE})
        daemon.settings.update(
            {
                "Type": "notify",
                "User": "tuwunel",
                "StateDirectory": "tuwunel",
                "RuntimeDirectory": "tuwunel",
                "RuntimeDirectoryMode": "0750",
                "UMask": "0077",
                "LimitNOFILE": 65535,
            }
        )
        broker.give_administrator(daemon, host)
        layer.unit(UNIT, daemon.text())

    @property
    def beside(self) -> str:
        """Nothing: the unit is made for it."""
        return ""

    def add_program(self, layer: Layer, host: Host) -> None:
        """Add what makes accounts; the binary is shown."""
        layer.write(MAKE_ACCOUNT, ACCOUNT.read_text(), 0o755)
