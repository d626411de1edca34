"""One machine's new settings: files are replaced, then units are seen to."""

import os
import shlex
import stat
from dataclasses import dataclass
from pathlib import Path

from deploy import units
from deploy.units import Changes
from machines.container import Container

# Link → where it leads, or file → its mode and content.
Content = tuple[int, bytes] | str


@dataclass(frozen=True)
class Taken:
    """What a machine took over."""

    changes: Changes

    def __str__(self) -> str:
        """Say it in one line."""
        words = {
            "stopped": self.changes.stop,
            "reloaded": self.changes.reload,
            "restarted": self.changes.restart,
            "not restarted": self.changes.skip,
        }
        parts = [f"{word} {', '.join(names)}" for word, names in words.items() if names]
        return "; ".join(parts) or "no unit touched"


def take_over(machine: Container, old: Path, new: Path) -> Taken:
    """Let a machine that runs have the files of a new layer instead of those of the old one."""
    before, after = contents(old), contents(new)
    changed = differing(before, after)
    listing = "list-units --plain --no-legend --state=active,activating"
    running = {line.split()[0] for line in machine.systemctl(listing)[1].splitlines()}
    todo = units.changes(units.read(old), units.read(new), running)
    if todo.stop:
        _systemctl(machine, "stop", todo.stop)
    top = machine.inside("/")
    for name in changed:
        put(top / name, after.get(name))
    machine.succeed("systemctl daemon-reload")
    for verb, names in (("reload", todo.reload), ("restart", todo.restart)):
        if names:
            _systemctl(machine, verb, names)
    # What is new and wanted starts, as what is wanted starts at boot.
    machine.succeed("systemctl start multi-user.target")
    return Taken(todo)


def differing(before: dict[str, Content], after: dict[str, Content]) -> list[str]:
    """Give the paths whose file is new, changed or gone."""
    return sorted(name for name in {*before, *after} if before.get(name) != after.get(name))


def contents(layer: Path) -> dict[str, Content]:
    """Read every file and link of a layer, by its path from the top."""
    found: dict[str, Content] = {}
    for folder, _, names in os.walk(layer):
        # A link to a folder is among the folders, but none is made of them.
        for entry in os.scandir(folder):
            if entry.is_symlink():
                found[str(Path(entry.path).relative_to(layer))] = os.readlink(entry.path)
        for name in names:
            path = Path(folder) / name
            if not path.is_symlink():
                mode = stat.S_IMODE(path.stat().st_mode)
                found[str(path.relative_to(layer))] = (mode, path.read_bytes())
    return found


def put(path: Path, content: Content | None) -> None:
    """Let a file appear as a whole: whoever watches the folder sees one event."""
    if content is None:
        path.unlink(missing_ok=True)
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    if isinstance(content, str):
        part.symlink_to(content)
    else:
        mode, data = content
        part.write_bytes(data)
        part.chmod(mode)
    part.rename(path)


def _systemctl(machine: Container, verb: str, names: list[str]) -> None:
    machine.succeed(f"systemctl {verb} {shlex.join(names)}", timeout=300)
