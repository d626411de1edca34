"""Our own programs: from RAMPART_BIN if that is set, else built here."""

import json
import os
from pathlib import Path

from driver.errors import MachineError
from machines import host_commands

REPOSITORY = Path(__file__).resolve().parents[3]
BUILT = {
    "rampart": "rampart",
    "rampart-guard": "guard",
    "rampart-answer": "guard",
    "rampart-steer": "steer",
    "rampart-bot": "bot",
    "rampart-broker": "broker",
    "rampart-enrol": "enrol",
}
BUILD_LIMIT = 3600.0


def find() -> dict[str, Path]:
    """Give the path of each program."""
    chosen = os.environ.get("RAMPART_BIN")
    folder = Path(chosen).absolute() if chosen else build()
    found = {name: folder / name for name in BUILT}
    missing = [str(path) for path in found.values() if not path.is_file()]
    if missing:
        raise MachineError(f"{', '.join(missing)}: not there")
    return found


def build() -> Path:
    """Build the programs, and give the folder they are in."""
    manifest = f"--manifest-path={REPOSITORY / 'Cargo.toml'}"
    packages = [f"--package={package}" for package in BUILT.values()]
    host_commands.run("cargo", "build", "--quiet", manifest, *packages, limit=BUILD_LIMIT)
    words = ("cargo", "metadata", "--format-version=1", "--no-deps", manifest)
    described = json.loads(host_commands.run(*words))
    return Path(described["target_directory"]) / "debug"
