"""What a machine looks like from outside the lab, to be compared before and after."""

import os
import re
import subprocess
from pathlib import Path

from commands import traces
from machines import cgroup, claim, limits, scratch, tree
from machines.place import FOLDERS, MARK, NAMESPACES

State = dict[str, set[str]]
# The folders in which the lab, or what it starts, makes something.
LOOKED_AT = (FOLDERS, claim.LOCKS, NAMESPACES, tree.MOUNTS, scratch.DISK, scratch.MEMORY)


def state() -> State:
    """Look at everything that a lab touches."""
    mounts = Path("/proc/self/mounts").read_text().splitlines()
    links = subprocess.run(["ip", "-oneline", "link"], capture_output=True, text=True, check=True)
    return {
        "namespaces": entries(NAMESPACES),
        "mounts": {line.split()[1] for line in mounts},
        "control groups": {str(one) for top in cgroup.hierarchies() for one in top.iterdir()},
        "processes": processes(),
        "interfaces": {line.split(":")[1].strip() for line in links.stdout.splitlines()},
        "files": {
            str(folder / name)
            for folder in LOOKED_AT
            for name in entries(folder)
            if name.startswith(MARK) and not is_somebodys(folder / name)
        },
        "locks of nobody": entries(tree.LOCKS) - locks_of_mounts(),
        "limit": {str(limits.BEFORE)} if limits.BEFORE.exists() and not traces.places() else set(),
    }


def is_somebodys(path: Path) -> bool:
    """Tell whether a path is the scratch folder of a command that is at work."""
    return scratch.NAME.fullmatch(path.name) is not None and path not in scratch.left()


def entries(folder: Path) -> set[str]:
    """Give the names in a folder, if it is there."""
    return {path.name for path in folder.iterdir()} if folder.is_dir() else set()


def locks_of_mounts() -> set[str]:
    """Give the names of systemd-nspawn's locks on trees that are mounted."""
    found = set()
    for line in Path("/proc/self/mountinfo").read_text().splitlines():
        point = line.split()[4]
        if MARK in point:
            try:
                status = os.stat(point)
            except OSError:
                continue
            found.add(f"inode-{status.st_dev}:{status.st_ino}")
    return found


def processes() -> set[str]:
    """Give the processes of all labs' machines."""
    found = set()
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            groups = (folder / "cgroup").read_text()
            words = (folder / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        # Without words it has ended, and waits for process 1 of this host to notice.
        named = groups + b" ".join(words).decode(errors="replace")
        if words[0] and (lab := re.search(rf"{MARK}\d+\b", named)):
            found.add(f"{lab[0]} {folder.name} {words[:1]}")
    return found


def left(before: State, after: State, number: int) -> list[str]:
    """Give what is new, but not of a lab with another number, which somebody else may use."""
    new = [f"{kind}: {one}" for kind in after for one in sorted(after[kind] - before[kind])]
    others = re.compile(rf"{MARK}(?!{number}\b)\d+\b")
    return [line for line in new if not others.search(line)]
