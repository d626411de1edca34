"""The machine of the story `kernel-carries-the-tunnel`: a kernel with WireGuard and netem."""

from pathlib import Path

from driver.logger import Logger
from emulation import files
from emulation.archive import Archive
from emulation.guest import Guest
from emulation.qemu import Board
from fleet import programs, rendered
from machines.place import Place

NAMES = ("tunnel",)
FLEETS = "etc/rampart/fleets"
# The example's hosts are dialled by IPv4 alone; here one is by IPv6.
BESIDE = programs.REPOSITORY / "tests/fleets/choices/hosts"


def make(
    place: Place, fleet: Path, rampart: Path, is_example: bool, logger: Logger
) -> tuple[list[Guest], str]:
    """Make the guest with the files of all hosts: of the example and one more, or of another."""
    del rampart
    made = Archive()
    files.add_name(made, "tunnel")
    files.add_shell(made)
    played = {"example": fleet, "choices": BESIDE} if is_example else {"chosen": fleet}
    for name, folder in played.items():
        for host in rendered.read(folder):
            made.file(f"{FLEETS}/{name}/{host.name}.json", host.text)
    guest = Guest(Board("tunnel", 512), made, place, logger)
    return [guest], "kernel: Debian's, with its own WireGuard"
