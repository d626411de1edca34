"""The versions that the lab runs: settings are rendered for these, not for those of the pins."""

import re
from pathlib import Path

from driver.errors import MachineError
from machines import host_commands
from parts import cache

# Debian's coturn, in the tree that all machines share.
INSIDE = ("chroot", cache.root() / "machine-root", "turnserver")
VERSION = re.compile(r"\b\d+(?:\.\d+){1,3}\b")


def versions(homeserver: Path | None, relay: Path | None) -> str:
    """Ask the programs; give the value of `rampart render --installed`."""
    commands: dict[str, list[str | Path]] = {
        "traefik": [cache.root() / "traefik" / "traefik", "version"],
        "livekit": [cache.root() / "livekit" / "livekit-server", "--version"],
        "coturn": [*([relay] if relay else INSIDE), "--version"],
    }
    if homeserver:
        commands["tuwunel"] = [homeserver, "--version"]
    return ",".join(f"{name}={_ask(command)}" for name, command in commands.items())


def _ask(command: list[str | Path]) -> str:
    said = host_commands.run(*command)
    found = VERSION.search(said)
    if found is None:
        raise MachineError(f"{command[0]} does not say its version, but {said.strip()!r}")
    return found.group()
