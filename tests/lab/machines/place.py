"""Where a running lab keeps everything: one folder in memory, gone after `lab down`."""

import os
from pathlib import Path

PLACE = Path("/run/rampart-lab")
PREFIX = "rampart-"


def machine(name: str) -> Path:
    """Give the folder of a machine."""
    return PLACE / "machines" / name


def machines() -> list[str]:
    """Give the names of all machines that have a folder."""
    folder = PLACE / "machines"
    return sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []


def namespace(name: str) -> str:
    """Give the name of a machine's network namespace."""
    return f"{PREFIX}{name}"


def is_there() -> bool:
    """Tell whether a lab was brought up, or left behind."""
    return PLACE.exists()


def refusal() -> str | None:
    """Say in one line why no lab can run here, if so."""
    if os.geteuid() != 0:
        return "the lab needs root, for namespaces and mounts"
    if not Path("/proc/self/ns/net").exists() or not Path("/dev/net/tun").exists():
        return "the lab needs network namespaces and /dev/net/tun"
    return None
