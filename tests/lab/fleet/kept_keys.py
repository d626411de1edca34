"""Tunnel keys that outlive a run: nothing but the lab ever uses them.

A host's public keys are in its configuration, which takes seconds to evaluate.
"""

import shutil
from pathlib import Path

from parts import cache

NAME = "wireguard-private"


def folder() -> Path:
    """Give where they are kept."""
    return cache.root() / "lab-keys"


def bring(secrets: Path, fleet: Path) -> None:
    """Put the keys of all hosts that have one where the operator's command finds them."""
    for path in folder().glob(f"*/{NAME}"):
        place = secrets / path.parent.name
        if (fleet / "generated" / f"{path.parent.name}.json").exists() and not place.exists():
            place.mkdir(mode=0o700, parents=True)
            shutil.copy2(path, place / NAME)


def keep(secrets: Path) -> None:
    """Keep the keys of all hosts."""
    for path in secrets.glob(f"*/{NAME}"):
        place = folder() / path.parent.name
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not (place / NAME).exists():
            shutil.copy2(path, place / NAME)
