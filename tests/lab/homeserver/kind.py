"""What the lab wants from either homeserver, and the choice between them."""

from pathlib import Path
from typing import Protocol

from fleet import named
from fleet.rendered import Host
from units import token_service
from units.layer import Layer

UNIT = "tuwunel.service"
PROGRAM = "/opt/rampart/bin/tuwunel"
MAKE_ACCOUNT = "/usr/local/bin/make-account"


class Homeserver(Protocol):
    """A homeserver that can stand in the unit `tuwunel`."""

    @property
    def line(self) -> str:
        """One line that says which one it is, and what that means."""
        ...

    @property
    def binary(self) -> Path | None:
        """Tuwunel's program, which knows its version; a stand-in has none."""
        ...

    def shown(self) -> dict[Path, str]:
        """Give what machines must see: path of this host → path inside."""
        ...

    def add(self, layer: Layer, host: Host) -> None:
        """Add settings and unit, and the program `make-account NAME PASSWORD [admin]`."""
        ...

    def add_program(self, layer: Layer, host: Host) -> None:
        """Add that program, and what a unit that is there runs as Tuwunel."""
        ...

    @property
    def beside(self) -> str:
        """What such a unit lacks for it, as a drop-in; nothing for Tuwunel itself."""
        ...


def stand_ins() -> list[str]:
    """Give what the lab has in the place of a real part, for a report's lines."""
    found = [] if chosen().binary else ["Synapse for Tuwunel"]
    return found if token_service.chosen() else [*found, "the lab's own for lk-jwt-service"]


def chosen() -> Homeserver:
    """Give Tuwunel if RAMPART_TUWUNEL names a binary, else the stand-in."""
    from homeserver.synapse import Synapse
    from homeserver.tuwunel import Tuwunel

    binary = named.program("RAMPART_TUWUNEL")
    return Tuwunel(binary) if binary else Synapse()
