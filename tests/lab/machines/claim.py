"""Which lab a command works on: a lock for each number, held as long as the command runs.

The kernel drops the lock of a process that dies in whatever way, so a number whose lock is free is
nobody's work, and what is there under it may be taken down.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from driver.errors import MachineError
from machines.place import MARK, Place

LOCKS = Path("/run/lock")
# More would not fit any machine; it ends the search.
MOST = 64


@contextmanager
def new() -> Iterator[Place]:
    """Hold the first number under which nothing is there."""
    for place in map(Place, range(1, MOST + 1)):
        with attempt(place) as held:
            if held and not place.is_there():
                yield place
                return
    raise MachineError(f"{MOST} labs are there already: run `lab down` first")


@contextmanager
def this(place: Place) -> Iterator[None]:
    """Hold one number, or say who does."""
    with attempt(place) as held:
        if not held:
            raise MachineError(f"lab {place.number} is at work: {holder(place)}")
        yield


@contextmanager
def attempt(place: Place) -> Iterator[bool]:
    """Try to hold a number; what is given tells whether it worked."""
    handle = _lock(_file(place))
    if handle is None:
        yield False
        return
    try:
        os.ftruncate(handle, 0)
        os.write(handle, f"{os.getpid()}\n".encode())
        yield True
    finally:
        _file(place).unlink(missing_ok=True)
        os.close(handle)


def sweep() -> None:
    """Delete the files of locks that nobody holds, and under whose number nothing is there."""
    for path in LOCKS.glob(f"{MARK}*") if LOCKS.is_dir() else ():
        number = path.name.removeprefix(MARK)
        if number.isdecimal() and not (place := Place(int(number))).is_there():
            # Whoever gets a lock deletes its file in the end.
            with attempt(place):
                pass


def holder(place: Place) -> str:
    """Say which process holds a number."""
    try:
        return f"process {_file(place).read_text().strip()}"
    except OSError:
        return "another process"


def _lock(path: Path) -> int | None:
    path.parent.mkdir(parents=True, exist_ok=True)
    while True:
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
            return None
        if _is_still(path, handle):
            return handle
        # Its last holder deleted it between our two steps.
        os.close(handle)


def _is_still(path: Path, handle: int) -> bool:
    try:
        return os.path.samestat(os.stat(path), os.fstat(handle))
    except FileNotFoundError:
        return False


def _file(place: Place) -> Path:
    return LOCKS / f"{MARK}{place.number}"
