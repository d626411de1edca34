"""Where the flake and its inputs come from: as `cargo xtask eval` finds them.

`nixpkgs` and `inputs/<name>` of the cache stand in for what flake.lock names; without them Nix
takes the locked ones, from its store or the network.
"""

import json
import shutil
from functools import cache
from pathlib import Path

from driver.errors import MachineError
from fleet.programs import REPOSITORY
from machines import host_commands, scratch
from parts import cache as cache_folder

LIMIT = 600.0
OPTIONS = (
    *("--extra-experimental-features", "nix-command flakes"),
    *("--option", "substituters", "", "--option", "build-users-group", ""),
    *("--option", "sandbox", "false"),
)
# As for `cargo xtask eval`: the collector of Nix 2.8 was seen to crash.
HEAP = "GC_INITIAL_HEAP_SIZE=3G"


def nix(*words: str | Path) -> str:
    """Run Nix without any configuration of this machine."""
    return host_commands.run("env", HEAP, "nix", *OPTIONS, *words, limit=LIMIT)


@cache
def overrides() -> tuple[str, ...]:
    """Give the words that put trees of the cache in the place of locked inputs."""
    nixpkgs = _in_store("nixpkgs", cache_folder.root() / "nixpkgs")
    if nixpkgs is None:
        return ()
    lock = json.loads((REPOSITORY / "flake.lock").read_text())
    words = ["--offline"]
    for name in lock["nodes"]["root"]["inputs"]:
        tree = cache_folder.root() / "inputs" / name
        path = nixpkgs if name.startswith("nixpkgs") else _in_store(name, tree)
        if path is None:
            raise MachineError(f"nixpkgs is in the cache, but not the input {name} ({tree})")
        words += ["--override-input", name, f"path:{path}"]
    return tuple(words)


@cache
def flake() -> str:
    """Give the repository as one path of the store: what git tracks or would track."""
    listed = host_commands.run(
        *("git", "-C", REPOSITORY, "ls-files", "-z"),
        *("--cached", "--others", "--exclude-standard"),
    )
    with scratch.folder() as folder:
        for name in filter(None, listed.split("\0")):
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            if (REPOSITORY / name).is_file():
                shutil.copy2(REPOSITORY / name, target)
        return f"path:{nix('store', 'add-path', '--name', 'source', folder).strip()}"


def _in_store(name: str, tree: Path) -> str | None:
    """Give the path of the store that holds a tree. Copying takes minutes, so it is noted."""
    if not tree.exists():
        return None
    own = cache_folder.root() / "store-paths.txt"
    for notes in (cache_folder.root() / "inputs" / "store-paths.txt", own):
        for line in notes.read_text().splitlines() if notes.exists() else []:
            noted, _, path = line.partition(" ")
            if noted == name and Path(path).exists():
                return path
    path = nix("store", "add-path", "--name", "source", tree).strip()
    with own.open("a") as notes_file:
        notes_file.write(f"{name} {path}\n")
    return path
