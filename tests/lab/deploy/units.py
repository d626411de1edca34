"""What changed unit files ask for.

nixpkgs, pkgs/by-name/sw/switch-to-configuration-ng/src/main.rs: `parse_systemd_ini`,
`compare_units`, `handle_modified_unit`, `collect_unit_changes`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from pathlib import Path

from units.layer import UNITS

Section = dict[str, list[str]]
Unit = dict[str, Section]

# What of [Unit] says nothing about a process that runs.
IGNORED = {
    *("X-Reload-Triggers", "Description", "Documentation", "OnFailure", "OnSuccess"),
    *("OnFailureJobMode", "IgnoreOnIsolate", "StopWhenUnneeded", "RefuseManualStart"),
    *("RefuseManualStop", "AllowIsolate", "CollectMode", "SourcePath"),
}
# Started by what wants them; slices and paths follow a reload of systemd itself.
LEFT_ALONE = (".target", ".path", ".slice", ".socket", ".mount")
TRUE = ("1", "yes", "true", "on")


class Need(Enum):
    """What a changed unit file needs."""

    NOTHING = auto()
    RELOAD = auto()
    RESTART = auto()


@dataclass
class Changes:
    """What is to be done to the units of a machine, each in the order of their names."""

    stop: list[str] = field(default_factory=list)
    reload: list[str] = field(default_factory=list)
    restart: list[str] = field(default_factory=list)
    # Changed, but told not to be restarted for that.
    skip: list[str] = field(default_factory=list)


def read(folder: Path) -> dict[str, Unit]:
    """Read the units below a machine's layer, each with what is dropped in."""
    place = folder / UNITS.lstrip("/")
    texts: dict[str, list[str]] = {}
    for path in sorted(place.glob("*")):
        if path.is_symlink():
            continue
        if path.is_file():
            texts.setdefault(path.name, []).insert(0, path.read_text())
        elif path.name.endswith(".d"):
            parts = [part.read_text() for part in sorted(path.glob("*.conf"))]
            texts.setdefault(path.name.removesuffix(".d"), []).extend(parts)
    return {name: parsed(_with_template(name, texts)) for name in texts}


def _with_template(name: str, texts: Mapping[str, list[str]]) -> list[str]:
    """Put what an instance is made of before what it adds."""
    stem, at, rest = name.partition("@")
    kind = rest.rpartition(".")[2]
    template = texts.get(f"{stem}@.{kind}", []) if at and not rest.startswith(".") else []
    return [*template, *texts[name]]


def parsed(texts: Iterable[str]) -> Unit:
    """Read a unit's file and what is dropped in; an empty value takes those before it away."""
    unit: Unit = {}
    for text in texts:
        section = ""
        for line in text.splitlines():
            if line.startswith("["):
                section = line.strip("[]")
            elif "=" in line and not line.startswith(("#", ";")) and section != "Install":
                key, _, value = line.partition("=")
                values = unit.setdefault(section, {}).setdefault(key, [])
                if value:
                    values.append(value)
                else:
                    values.clear()
    return unit


def need(old: Unit, new: Unit) -> Need:
    """Compare a unit with what it becomes."""
    found = Need.NOTHING
    for section in sorted({*old, *new}):
        before, after = old.get(section, {}), new.get(section, {})
        for key in {*before, *after}:
            if before.get(key) == after.get(key):
                continue
            if section == "Unit" and key in IGNORED:
                if key == "X-Reload-Triggers" and key in after:
                    found = Need.RELOAD
            elif section == "Service" and key == "ExecReload":
                found = Need.RELOAD if key in after else found
            else:
                return Need.RESTART
    return found


def changes(old: Mapping[str, Unit], new: Mapping[str, Unit], active: set[str]) -> Changes:
    """Decide what is done to the units that run."""
    found = Changes()
    for name in sorted(active & set(old)):
        if name not in new:
            found.stop.append(name)
            continue
        if name.endswith(LEFT_ALONE):
            continue
        needs = need(old[name], new[name])
        if needs is Need.RESTART:
            _of_restart(found, name, new[name]).append(name)
        elif needs is Need.RELOAD:
            found.reload.append(name)
    return found


def _of_restart(found: Changes, name: str, unit: Unit) -> list[str]:
    if _is(unit, "Service", "X-ReloadIfChanged", False):
        return found.reload
    if not _is(unit, "Service", "X-RestartIfChanged", True) or _is(
        unit, "Unit", "RefuseManualStop", False
    ):
        return found.skip
    return found.restart


def _is(unit: Unit, section: str, key: str, default: bool) -> bool:
    values = unit.get(section, {}).get(key)
    return values[-1].lower() in TRUE if values else default
