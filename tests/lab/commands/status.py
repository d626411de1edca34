"""`lab status`: what runs, what failed, how much memory it takes."""

import os

from commands import chosen, lab
from driver.errors import MachineError
from driver.logger import Logger
from machines.container import Container
from machines.memory import PROPORTIONAL, by_unit
from machines.place import Place

MEGABYTE = 1024 * 1024


def status(number: int | None, units: bool, logger: Logger) -> int:
    """Print a line for each machine; a failed unit or a machine that is off gives code 1.

    Of one lab, or of all. With `units`, print the memory of each unit, too.
    """
    found = chosen.up() if number is None else [chosen.one(number)]
    if not found:
        raise MachineError("no lab is up")
    results = [machines(place, units, logger) for place in found]
    return 0 if all(results) else 1


def machines(place: Place, units: bool, logger: Logger) -> bool:
    """Print one lab's lines."""
    found = lab.find(place, logger)
    print(f"lab {place.number}: {found.fleet}; {found.about}")
    states = []
    for container in found.containers:
        states.append(line(container))
        if units:
            show_units(container)
    together = sum(size for _, size in states)
    print(f"{'together':14} {together:5} MB in processes, {files(place)} MB in files in memory")
    return all(well for well, _ in states)


def line(container: Container) -> tuple[bool, int]:
    """Print one machine's line; give whether it is well, and its memory."""
    if not container.is_up():
        print(f"{container.name:14} off")
        return False, 0
    listing = "list-units --plain --no-legend --state=failed,activating"
    unwell = [one.split()[0] for one in container.systemctl(listing)[1].splitlines()]
    state = f"not well: {', '.join(unwell)}" if unwell else "well"
    size = memory(container)
    print(f"{container.name:14} {size:5} MB  {state}")
    return not unwell, size


def show_units(container: Container) -> None:
    """Print the units that take memory, the largest first."""
    sizes = {name: one[PROPORTIONAL] for name, one in by_unit(container).items()}
    for name, size in sorted(sizes.items(), key=lambda one: -one[1]):
        print(f"  {name:28} {size / MEGABYTE:6.1f} MB")


def memory(container: Container) -> int:
    """Give the machine's memory as its processes have it, in megabytes; what is shared, once."""
    return sum(one[PROPORTIONAL] for one in by_unit(container).values()) // MEGABYTE


def files(place: Place) -> int:
    """Give the memory that a lab's files take."""
    found = os.statvfs(place.folder)
    return (found.f_blocks - found.f_bfree) * found.f_frsize // MEGABYTE
