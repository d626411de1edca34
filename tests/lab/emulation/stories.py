"""Stories whose machines are emulated, instead of the fleet's containers."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from driver.errors import MachineError
from driver.logger import Logger
from driver.story import Driver
from emulation import clocks, kernel_tunnel, qemu, sealed
from emulation.guest import Guest
from fleet import programs
from machines import host_commands
from machines.place import Place

SIZE = "3g"


@dataclass(frozen=True)
class Emulated:
    """The guests of a story, made but perhaps not running."""

    place: Place
    guests: list[Guest]
    about: str
    logger: Logger

    def driver(self) -> Driver:
        """Give the driver for the story's script."""
        return Driver(self.guests, self.logger)


@dataclass(frozen=True)
class Story:
    """How the machines of a story are made, and what its script calls them."""

    machines: Sequence[str]
    make: Callable[[Place, Path, Path, bool, Logger], tuple[list[Guest], str]]


STORIES = {
    "clocks-are-set-right": Story(clocks.NAMES, clocks.make),
    "disks-are-sealed": Story(sealed.NAMES, sealed.make),
    "kernel-carries-the-tunnel": Story(kernel_tunnel.NAMES, kernel_tunnel.make),
}


def make(name: str, place: Place, fleet: Path, logger: Logger) -> Emulated:
    """Make the guests of a story."""
    if not qemu.folder().exists():
        raise MachineError("not installed: emulation; run tests/lab/install")
    with logger.nested("programs"):
        rampart = programs.find()["rampart"]
    place.folder.mkdir(mode=0o700)
    options = f"size={SIZE},mode=0700"
    host_commands.run("mount", "-t", "tmpfs", "-o", options, "rampart-lab", place.folder)
    is_example = fleet == programs.REPOSITORY / "hosts"
    guests, about = STORIES[name].make(place, fleet, rampart, is_example, logger)
    return Emulated(place, guests, about, logger)
