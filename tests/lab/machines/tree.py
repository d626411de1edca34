"""A machine's file tree: the shared root, the machine's own files over it, its changes on top.

What a machine writes lives in memory and outlives its reboots, until the lab is taken down.
"""

import os
import shutil
from pathlib import Path

from machines import host_commands
from machines.place import Place

# systemd-nspawn's own; it leaves both behind when it is killed.
LOCKS = Path("/run/systemd/nspawn/locks")
MOUNTS = Path("/run/systemd/nspawn/propagate")


class Tree:
    """The overlay of one machine."""

    def __init__(self, place: Place, name: str, root: Path) -> None:
        """Use the given shared root."""
        folder = place.machine(name)
        self.root = root
        self.layer = folder / "layer"
        self.changes = folder / "changes"
        self.work = folder / "work"
        self.top = folder / "tree"

    def make_folders(self) -> None:
        """Make what the overlay needs."""
        for folder in (self.layer, self.changes, self.work, self.top):
            folder.mkdir(parents=True, exist_ok=True)

    def mount(self) -> None:
        """Put the layers over each other."""
        if self.top.is_mount():
            return
        self.make_folders()
        layers = f"lowerdir={self.layer}:{self.root},upperdir={self.changes},workdir={self.work}"
        host_commands.run("mount", "-t", "overlay", "rampart-lab", "-o", layers, self.top)

    def unmount(self) -> None:
        """Take the overlay away; the changes stay."""
        if self.top.is_mount():
            unmount(self.top)

    def forget(self) -> None:
        """Delete what the machine wrote."""
        shutil.rmtree(self.changes, ignore_errors=True)
        shutil.rmtree(self.work, ignore_errors=True)


def unmount(point: Path) -> None:
    """Take a mount away, and systemd-nspawn's lock on the tree that was there."""
    status = os.stat(point)
    host_commands.run("umount", point)
    (LOCKS / f"inode-{status.st_dev}:{status.st_ino}").unlink(missing_ok=True)
