"""Programs in the place of packages.

Every package's folder of programs is the same one: links to the shared root's programs and to the
lab's own daemons, by name. So a path of the store that no package of this list has stays missing.
"""

from pathlib import Path

from evaluated.derivation import STORE

FOLDER = "rampart-lab-programs"
INSIDE = "/opt/rampart/bin"
# Of the lab, shown to every machine; which are stand-ins is said by `Lab.about`.
OWN = (
    "livekit-server",
    "traefik",
    "rampart-guard",
    "rampart-answer",
    "rampart-steer",
    "rampart-bot",
    "rampart-broker",
    "rampart-enrol",
    "tuwunel",
    "lk-jwt-service",
)
# Where Debian has programs, in its machine root.
FOLDERS = ("usr/sbin", "usr/bin", "sbin", "bin", "usr/lib/openssh")
OTHER_NAMES = {"python": "/usr/bin/python3"}


def lay(store: Path, root: Path) -> None:
    """Make the folder of programs, anew: another root has other programs."""
    folder = store / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    wanted = links(root)
    for path in folder.iterdir():
        if wanted.get(path.name) != str(path.readlink()):
            path.unlink()
    for name, target in wanted.items():
        if not (folder / name).is_symlink():
            (folder / name).symlink_to(target)


def links(root: Path) -> dict[str, str]:
    """Give the target of each program's link."""
    found = dict(OTHER_NAMES)
    for place in FOLDERS:
        for path in (root / place).iterdir():
            found.setdefault(path.name, f"/{place}/{path.name}")
    return {**found, **{name: f"{INSIDE}/{name}" for name in OWN}}


def package(target: Path) -> None:
    """Make a package's folder."""
    (target / "lib").mkdir(parents=True)
    for name in ("bin", "sbin", "libexec"):
        (target / name).symlink_to(STORE / FOLDER)
    (target / "lib" / "systemd").symlink_to("/lib/systemd")
    (target / "share").symlink_to("/usr/share")
