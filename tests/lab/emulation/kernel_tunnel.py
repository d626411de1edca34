"""The machine of the story `kernel-carries-the-tunnel`: a kernel with WireGuard and netem."""

from pathlib import Path

from driver.logger import Logger
from emulation import files
from emulation.archive import Archive
from emulation.guest import Guest
from emulation.qemu import Board
from fleet import rendered
from machines.place import Place

NAMES = ("tunnel",)
HOSTS = "etc/rampart/hosts"


def make(
    place: Place, fleet: Path, rampart: Path, is_example: bool, logger: Logger
) -> tuple[list[Guest], str]:
    """Make the guest with the files of all hosts."""
    del rampart, is_example
    made = Archive()
    files.add_name(made, "tunnel")
    files.add_shell(made)
    for host in rendered.read(fleet):
        made.file(f"{HOSTS}/{host.name}.json", host.text)
    guest = Guest(Board("tunnel", 512), made, place, logger)
    return [guest], "kernel: Debian's, with its own WireGuard"
