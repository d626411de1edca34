"""A machine's own control groups: systemd inside needs them, and they tell all its processes."""

import os
import signal
import time
from contextlib import suppress
from pathlib import Path

from machines.place import MARK, Place

TOP = Path("/sys/fs/cgroup")
# On hosts with the old hierarchies: the two that systemd uses, and the two it accounts with.
OLD = ("unified", "systemd", "pids", "memory")
STEP = 0.05


def hierarchies() -> list[Path]:
    """Give the mount points of the hierarchies that a machine needs a group in."""
    if (TOP / "cgroup.controllers").exists():
        return [TOP]
    return [TOP / name for name in OLD if (TOP / name).is_dir()]


class Cgroup:
    """The groups of one machine, one in each hierarchy."""

    def __init__(self, name: str) -> None:
        """Describe groups of this name."""
        self.folders = [top / name for top in hierarchies()]

    def create(self) -> None:
        """Make the groups."""
        for folder in self.folders:
            folder.mkdir(exist_ok=True)

    def enter(self) -> None:
        """Move the calling process in; its children follow."""
        for folder in self.folders:
            (folder / "cgroup.procs").write_text(str(os.getpid()))

    def processes(self) -> set[int]:
        """Give the ids of all processes in the groups."""
        found: set[int] = set()
        for folder in self.folders:
            # Not `rglob`, which fails when a group vanishes while it looks.
            for inner, _, _ in os.walk(folder):
                with suppress(OSError):
                    lines = Path(inner, "cgroup.procs").read_text().split()
                    found.update(int(line) for line in lines if line != "0")
        return found

    def kill(self, limit: float = 20.0) -> None:
        """End every process in the groups and wait until they are gone."""
        deadline = time.monotonic() + limit
        while pids := self.processes():
            for pid in pids:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            if time.monotonic() > deadline:
                raise TimeoutError(f"processes {sorted(pids)} do not end")
            time.sleep(STEP)

    def remove(self, limit: float = 5.0) -> None:
        """Delete the groups, innermost first; the kernel may still hold what has just ended."""
        deadline = time.monotonic() + limit
        while there := [folder for folder in self.folders if folder.exists()]:
            for folder in there:
                for inner, _, _ in os.walk(folder, topdown=False):
                    with suppress(OSError):
                        os.rmdir(inner)
            if time.monotonic() > deadline:
                return
            time.sleep(STEP)


def names(place: Place) -> list[str]:
    """Give the names of a lab's groups that are there."""
    return sorted(name for name in all_names() if name.startswith(place.full("")))


def all_names() -> set[str]:
    """Give the names of all labs' groups."""
    return {path.name for top in hierarchies() for path in top.glob(f"{MARK}*-*")}
