"""Folders for a moment, which a killed command leaves behind: `lab down` finds them by their names.

The name tells whose they are, from the moment that they are there.
"""

import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from machines.place import MARK

MEMORY, DISK = Path("/dev/shm"), Path("/tmp")
NAME = re.compile(rf"{MARK}scratch-(\d+)-.*")


@contextmanager
def folder(above: Path = DISK) -> Iterator[Path]:
    """Give an empty folder, and delete it afterwards."""
    prefix = f"{MARK}scratch-{os.getpid()}-"
    with tempfile.TemporaryDirectory(dir=above, prefix=prefix) as name:
        yield Path(name)


def left() -> list[Path]:
    """Give the folders whose processes have ended."""
    found = []
    for above in (MEMORY, DISK):
        for path in above.iterdir() if above.is_dir() else ():
            owner = NAME.fullmatch(path.name)
            if owner and not Path(f"/proc/{owner[1]}").exists():
                found.append(path)
    return sorted(found)


def sweep() -> None:
    """Delete these."""
    for path in left():
        shutil.rmtree(path, ignore_errors=True)
