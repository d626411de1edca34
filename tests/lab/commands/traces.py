"""What a lab leaves on a host while it runs, and nothing of it afterwards."""

import os
import re
import shutil
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path

from driver.errors import MachineError
from machines import cgroup, claim, host_commands, limits, scratch, tree
from machines.cgroup import Cgroup
from machines.place import FOLDERS, MARK, NAMESPACES, Place


def places() -> list[Place]:
    """Give every lab of which there is anything."""
    names = cgroup.all_names() | _entries(NAMESPACES) | _entries(FOLDERS)
    numbers = (re.fullmatch(rf"{MARK}(\d+)(-.*)?", name) for name in names)
    return sorted({Place(int(number[1])) for number in numbers if number})


def _entries(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()} if folder.is_dir() else set()


def namespaces(place: Place) -> list[str]:
    """Give a lab's network namespaces."""
    return sorted(name for name in _entries(NAMESPACES) if name.startswith(place.full("")))


def mounts(place: Place) -> list[str]:
    """Give a lab's mount points, the innermost first."""
    lines = Path("/proc/self/mounts").read_text().splitlines()
    points = [line.split()[1] for line in lines]
    top = str(place.folder)
    return [point for point in reversed(points) if point == top or point.startswith(f"{top}/")]


def processes(place: Place) -> list[int]:
    """Give the processes in a lab's control groups."""
    return sorted(pid for name in cgroup.names(place) for pid in Cgroup(name).processes())


def folders(place: Place) -> list[Path]:
    """Give a lab's own folder, and those beside it."""
    beside = sorted(name for name in _entries(FOLDERS) if name.startswith(place.full("")))
    return [*([place.folder] if place.is_there() else []), *(FOLDERS / name for name in beside)]


def of(place: Place) -> list[str]:
    """Give one line for each kind of trace that is there."""
    kinds = {
        "processes": [str(pid) for pid in processes(place)],
        "control groups": cgroup.names(place),
        "network namespaces": namespaces(place),
        "mounts": mounts(place),
        "folders": [str(folder) for folder in folders(place)],
    }
    return [f"{kind}: {' '.join(found)}" for kind, found in kinds.items() if found]


def remove(place: Place) -> None:
    """Take a lab away, whatever state it is in; only what carries its names.

    What does not go, such as a mount that somebody is in, does not keep the rest: `of` names it.
    """
    for step in _steps(place):
        try:
            step()
        except (MachineError, OSError) as error:
            print(error, file=sys.stderr)


def _steps(place: Place) -> Iterator[Callable[[], object]]:
    for name in cgroup.names(place):
        yield Cgroup(name).kill
    yield _reap
    for name in cgroup.names(place):
        yield Cgroup(name).remove
    for name in namespaces(place):
        yield partial(host_commands.run, "ip", "netns", "del", name)
    for point in mounts(place):
        yield partial(tree.unmount, Path(point))
    for name in _entries(tree.MOUNTS):
        if name.startswith(place.full("")):
            yield partial(shutil.rmtree, tree.MOUNTS / name)
    # Never through a mount.
    if not mounts(place):
        for folder in folders(place):
            yield partial(shutil.rmtree, folder, ignore_errors=True)
    yield put_back_limit


def put_back_limit() -> None:
    """Set the kernel's limit as it was before, when no lab is left."""
    limits.put_back(is_needed=lambda: bool(places()))


def sweep() -> None:
    """Take away what killed commands left that is of no lab, or that no lab's folder tells of."""
    scratch.sweep()
    claim.sweep()
    put_back_limit()


def _reap() -> None:
    """Collect ended children of this process."""
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG) != (0, 0):
            pass


def deaf_to_interrupts() -> None:
    """Let nothing but SIGKILL stop the clean-up."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
