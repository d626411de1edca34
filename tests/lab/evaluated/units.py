"""Which evaluated units a machine gets, and laying them down as NixOS does."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from evaluated.store import Store
from units import service
from units.layer import UNITS, Layer

# systemd's own unit files, which NixOS changes by drop-ins.
OF_SYSTEMD = ("usr/lib/systemd/system", "etc/systemd/system")
# Without one of these lines a file is nothing but a drop-in.
ESSENTIAL = {
    "service": r"^Exec(Start|Stop)=",
    "socket": r"^Listen\w+=",
    "timer": r"^On\w+=",
    "path": r"^(Path|Directory)\w+=",
    "mount": r"^What=",
}
PROGRAM = re.compile(r"^Exec\w+=(.*)$", re.MULTILINE)
# What a program of Debian's needs beside the unit that is made for nixpkgs': lines, and why.
BESIDE = {
    "coturn.service": (
        "[Service]\nSystemCallErrorNumber=EPERM\n",
        "Debian's coturn calls setgroups at its start, nixpkgs' does not: refused, not killed",
    ),
}
# Of lines that must not get into the journal, and the program whose they are.
SILENCED = re.compile(r"^LogFilterPatterns=~(.*)$", re.MULTILINE)
START = re.compile(r"^ExecStart=(.*)$", re.MULTILINE)
UNKNOWN = "Debian's systemd knows no LogFilterPatterns: grep filters the same lines on their way"
# Which unit another one starts, when it does not say so.
STARTERS = ("socket", "timer", "path")
STARTED = re.compile(r"^(?:Unit|Service)=(.*)$", re.MULTILINE)

Unit = dict[str, Any]


class Units:
    """The units of one host, sorted into those a machine can have and the others."""

    def __init__(
        self, units: dict[str, Unit], store: Store, beside: Mapping[str, tuple[str, str]]
    ) -> None:
        """Judge every unit; `beside` has drop-ins for stand-ins, and why."""
        self.store = store
        self.beside = {**BESIDE, **beside}
        self.units = {name: unit for name, unit in units.items() if unit["enable"]}
        self.refused = {
            name: reason
            for name, unit in self.units.items()
            if (reason := self._refusal(name, unit))
        }
        for name, started in self._starters():
            if started in self.refused:
                self.refused.setdefault(name, f"it starts {started}")
        self.taken = {name: u for name, u in self.units.items() if name not in self.refused}

    def lay(self, layer: Layer) -> None:
        """Write what is taken, with its links."""
        for name, unit in self.taken.items():
            if name in self.beside:
                layer.write(f"{UNITS}/{name}.d/90-lab.conf", self.beside[name][0])
            layer.write(f"{UNITS}/{self._file(name, unit)}", unit["text"])
            if silenced := discreet(unit["text"]):
                layer.write(f"{UNITS}/{name}.d/91-lab-log.conf", silenced)
            for alias in unit["aliases"]:
                layer.link(f"{UNITS}/{alias}", name)
            for word in ("wants", "requires"):
                for other in unit["wantedBy" if word == "wants" else "requiredBy"]:
                    layer.link(f"{UNITS}/{other}.{word}/{name}", f"../{name}")

    def notes(self) -> dict[str, str]:
        """Give what is not as evaluated, by unit."""
        beside = [(name, why) for name, (_, why) in self.beside.items() if name in self.taken]
        silenced = [(name, UNKNOWN) for name, u in self.taken.items() if discreet(u["text"])]
        found: dict[str, list[str]] = {}
        for name, why in [*beside, *silenced]:
            found.setdefault(name, []).append(why)
        return {**self.refused, **{name: "; ".join(whys) for name, whys in found.items()}}

    def _file(self, name: str, unit: Unit) -> str:
        """Give the file that NixOS would write."""
        is_dropin = unit["overrideStrategy"] == "asDropin" or self._is_of_systemd(name)
        return f"{name}.d/overrides.conf" if is_dropin else name

    def _is_of_systemd(self, name: str) -> bool:
        return any((self.store.root / folder / name).exists() for folder in OF_SYSTEMD)

    def _refusal(self, name: str, unit: Unit) -> str | None:
        """Say why a machine cannot have a unit, if so."""
        text = unit["text"]
        if unit["overrideStrategy"] != "asDropin" and not self._is_of_systemd(name):
            essential = ESSENTIAL.get(name.rpartition(".")[2])
            if essential and not re.search(essential, text, re.MULTILINE):
                return "Debian's systemd has no such unit"
        programs = "\n".join(PROGRAM.findall(text))
        missing = sorted(self.store.missing(programs))
        return f"not here: {short(missing[0])}" if missing else None

    def _starters(self) -> Iterator[tuple[str, str]]:
        for name, unit in self.units.items():
            stem, _, kind = name.rpartition(".")
            if kind in STARTERS:
                said = STARTED.search(unit["text"])
                yield name, said.group(1) if said else f"{stem}.service"


def discreet(text: str) -> str:
    """Give what makes a unit's program say less, where the unit asks systemd for that."""
    pattern, start = SILENCED.search(text), START.search(text)
    if not pattern or not start:
        return ""
    # systemd reads the program's own words as before, and gives them to the shell as they are.
    shell = f"""'exec "$$@" {service.discreet('"$$0"')}'"""
    return f"[Service]\nExecStart=\nExecStart=/bin/bash -c {shell} '{pattern[1]}' {start[1]}\n"


def short(path: str) -> str:
    """Give a path of the store without the store and the hash."""
    return path.removeprefix("/nix/store/").partition("-")[2]
