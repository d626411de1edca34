"""The folder outside the repository where parts are kept, and how one gets in there."""

import fcntl
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def root() -> Path:
    """Give the cache folder: RAMPART_CACHE, or ~/.cache/rampart."""
    chosen = os.environ.get("RAMPART_CACHE")
    return Path(chosen).absolute() if chosen else Path.home() / ".cache" / "rampart"


def log_file(part: str) -> Path:
    """Give the file that holds what the commands of the last installation printed."""
    return root() / "logs" / f"{part}.log"


@contextmanager
def locked(part: str) -> Iterator[None]:
    """Let one installer at a time work on a part; a second one waits."""
    path = root() / "locks" / part
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


@contextmanager
def staged(part: str) -> Iterator[Path]:
    """Give an empty folder that becomes the part's folder when the block ends without an error."""
    staging = root() / "staging" / part
    remove(staging)
    staging.mkdir(parents=True)
    try:
        yield staging
        _put_in_place(staging, root() / part)
    finally:
        remove(staging)


def _put_in_place(staging: Path, final: Path) -> None:
    old = staging.with_name(f"{staging.name}.old")
    remove(old)
    if final.exists():
        final.rename(old)
    staging.rename(final)
    remove(old)


def remove(folder: Path) -> None:
    """Delete a tree, but nothing that is mounted inside it."""
    if folder.exists():
        subprocess.run(["rm", "-rf", "--one-file-system", "--", str(folder)], check=True)
