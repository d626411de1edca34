"""`lab status`: what runs, what failed, how much memory it takes."""

from commands import lab
from driver.logger import Logger
from machines.container import Container

MEGABYTE = 1024 * 1024


def status(logger: Logger) -> int:
    """Print a line for each machine; a failed unit or a machine that is off gives code 1."""
    found = lab.find(logger)
    print(found.homeserver)
    states = [line(container) for container in found.containers]
    return 0 if all(states) else 1


def line(container: Container) -> bool:
    """Print one machine's line."""
    if not container.is_up():
        print(f"{container.name:14} off")
        return False
    listing = "list-units --plain --no-legend --state=failed,activating"
    unwell = [one.split()[0] for one in container.systemctl(listing)[1].splitlines()]
    state = f"not well: {', '.join(unwell)}" if unwell else "well"
    print(f"{container.name:14} {memory(container):5} MB  {state}")
    return not unwell


def memory(container: Container) -> int:
    """Give the machine's memory as its processes have it."""
    pages = 0
    for pid in container.cgroup.processes():
        try:
            with open(f"/proc/{pid}/smaps_rollup") as file:
                pages += sum(int(row.split()[1]) for row in file if row.startswith("Pss:"))
        except OSError:
            continue
    return pages * 1024 // MEGABYTE
