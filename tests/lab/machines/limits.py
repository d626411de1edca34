"""The kernel's limit on inotify instances of one user: two labs together are over the usual 128.

systemd alone has five in each machine. Whoever makes a lab raises the limit, and whoever takes the
last one away puts the old value back.
"""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from machines.place import FOLDERS, MARK

LIMIT = Path("/proc/sys/fs/inotify/max_user_instances")
BEFORE = FOLDERS / f"{MARK}inotify-before"
# What NixOS sets (nixos/modules/config/sysctl.nix).
ENOUGH = 524288
# Held for a moment; nothing of it stays behind.
LOCKED = FOLDERS / "lock"


def lift() -> None:
    """Raise the limit if it is low; to be called when the lab's folder is there."""
    with _alone():
        found = int(LIMIT.read_text())
        if found < ENOUGH:
            BEFORE.write_text(f"{found}\n")
            LIMIT.write_text(f"{ENOUGH}\n")


def put_back(is_needed: Callable[[], bool]) -> None:
    """Set the old limit, if it was ours that was raised and no lab needs it."""
    with _alone():
        if BEFORE.exists() and not is_needed():
            LIMIT.write_text(BEFORE.read_text())
            BEFORE.unlink()


@contextmanager
def _alone() -> Iterator[None]:
    handle = os.open(LOCKED, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
