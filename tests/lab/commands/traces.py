"""What a lab leaves on a host while it runs, and nothing of it afterwards."""

import os
import shutil
import signal
from contextlib import suppress
from pathlib import Path

from machines import cgroup, host_commands, place
from machines.cgroup import Cgroup

NAMESPACES = Path("/run/netns")


def namespaces() -> list[str]:
    """Give the lab's network namespaces."""
    if not NAMESPACES.is_dir():
        return []
    return sorted(path.name for path in NAMESPACES.glob(f"{place.PREFIX}*"))


def mounts() -> list[str]:
    """Give the lab's mount points, the innermost first."""
    lines = Path("/proc/self/mounts").read_text().splitlines()
    points = [line.split()[1] for line in lines]
    top = str(place.PLACE)
    return [point for point in reversed(points) if point == top or point.startswith(f"{top}/")]


def processes() -> list[int]:
    """Give the processes in the lab's control groups."""
    return sorted(pid for name in cgroup.left_behind() for pid in Cgroup(name).processes())


def all_traces() -> list[str]:
    """Give one line for each kind of trace that is there."""
    kinds = {
        "processes": [str(pid) for pid in processes()],
        "control groups": cgroup.left_behind(),
        "network namespaces": namespaces(),
        "mounts": mounts(),
        "folder": [str(place.PLACE)] if place.is_there() else [],
    }
    return [f"{kind}: {' '.join(found)}" for kind, found in kinds.items() if found]


def remove() -> None:
    """Take everything away, whatever state it is in; only what carries the lab's names."""
    for name in cgroup.left_behind():
        Cgroup(name).kill()
    _reap()
    for name in cgroup.left_behind():
        Cgroup(name).remove()
    for name in namespaces():
        host_commands.run("ip", "netns", "del", name)
    for point in mounts():
        host_commands.run("umount", point)
    shutil.rmtree(place.PLACE, ignore_errors=True)


def _reap() -> None:
    """Collect ended children of this process."""
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG) != (0, 0):
            pass


def deaf_to_interrupts() -> None:
    """Let nothing but SIGKILL stop the clean-up."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
