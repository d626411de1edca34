"""Asking Nix for values of the repository's flake, where a nixpkgs is in the cache."""

import json
import os
import shutil
from pathlib import Path
from typing import Any

from fleet.programs import REPOSITORY
from machines import host_commands
from parts import cache

LIMIT = 600.0
WORDS = (
    *("--extra-experimental-features", "nix-command flakes", "--offline"),
    *("--option", "substituters", "", "--option", "build-users-group", ""),
    *("--option", "sandbox", "false"),
)


def evaluate(attribute: str, function: str) -> dict[str, Any] | None:
    """Give what a function says of an attribute; nothing when there is no nixpkgs."""
    inputs = overrides()
    if inputs is None:
        return None
    asked = ("nix", "eval", *WORDS, *inputs, "--json", f"git+file://{REPOSITORY}#{attribute}")
    said: dict[str, Any] = json.loads(host_commands.run(*asked, "--apply", function, limit=LIMIT))
    return said


def overrides() -> list[str] | None:
    """Give the words that put the trees of the cache in the place of what is locked."""
    noted = _noted()
    nixpkgs = os.environ.get("RAMPART_NIXPKGS") or noted.get("nixpkgs")
    if shutil.which("nix") is None or nixpkgs is None:
        return None
    lock = json.loads((REPOSITORY / "flake.lock").read_text())
    words = []
    for name in lock["nodes"]["root"]["inputs"]:
        path = nixpkgs if name.startswith("nixpkgs") else noted.get(name)
        if path is None:
            return None
        words += ["--override-input", name, f"path:{path}"]
    return words


def _noted() -> dict[str, str]:
    """Give the trees that are in the store, by name of the input."""
    lists = [cache.root() / "inputs" / "store-paths.txt", cache.root() / "store-paths.txt"]
    lines = [line for one in lists if one.exists() for line in one.read_text().splitlines()]
    found = dict(line.split(" ", 1) for line in lines if " " in line)
    return {name: path for name, path in found.items() if Path(path).exists()}
