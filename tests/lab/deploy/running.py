"""A fleet whose machines run, while its manifest changes."""

import json
from pathlib import Path
from typing import Any

from commands import lab
from commands.filling import FIRST, Filling
from commands.lab import Lab
from deploy import takeover
from deploy.takeover import Taken
from fleet.prepared import PreparedFleet
from fleet.rendered import Host
from machines.container import Container
from network import plan, provider
from network.router import Router

# What the world's name servers say, and no deployment.
NAMES = "etc/hosts"
# The host's own file; on no real host, and nothing reads it but stories.
NOT_DEPLOYED = {NAMES, "etc/rampart/host.json"}


class RunningFleet:
    """The machines of a lab, and which settings each has."""

    def __init__(self, made: Lab, prepared: PreparedFleet, filling: Filling) -> None:
        """Begin with machines as the lab makes them."""
        self.lab = made
        self.prepared = prepared
        self.filling = filling
        self.first = list(made.hosts)
        self.layers = {one.name: FIRST for one in made.containers}
        self.number = 0

    def render(self, hosts: list[Host]) -> None:
        """Write the files of all hosts as they are rendered now; no machine has them yet."""
        self.number += 1
        self.lab.hosts = hosts
        self.filling.fill(self.prepared, hosts, self._folder())

    def differing(self) -> list[str]:
        """Give the machines that have other files than those rendered, but for names."""
        return [
            name
            for name in self.layers
            if self._path(name, self._folder()).exists() and set(self._changed(name)) - NOT_DEPLOYED
        ]

    def deploy(self, name: str) -> Taken:
        """Let a machine take over what is rendered for it."""
        folder = self._folder()
        machine = self.lab.container(name)
        taken = takeover.take_over(
            machine, self._path(name, self.layers[name]), self._path(name, folder)
        )
        self.layers[name] = folder
        return taken

    def tell_names(self) -> None:
        """Let every machine know what the world's name servers say now."""
        for name in self.layers:
            new = self._path(name, self._folder()) / NAMES
            if new.exists():
                machine = self.lab.container(name)
                takeover.put(machine.inside(f"/{NAMES}"), (0o644, new.read_bytes()))

    def install(self, name: str) -> Container:
        """Put up a new machine, with what is rendered for it, and boot it."""
        host = next(host for host in self.lab.hosts if host.name == name)
        place = self.lab.place
        before = self.lab.plan
        known = {one.name for one in self.first}
        later = [one for one in self.lab.hosts if one.name not in known]
        self.lab.plan = plan.plan(place, self.first, later)
        Router(place, self.lab.plan.routing).extend(before.routing)
        provider.start(place, self.lab.plan.routing)
        self._path(name, self._folder()).rename(self._path(name, FIRST))
        self._path(name, self._folder()).symlink_to(FIRST)
        record: dict[str, Any] = json.loads((place.folder / lab.RECORD).read_text())
        cables = self.lab.plan.cables[host.name]
        machine = lab.container(place, name, cables, record, self.lab.logger)
        self.lab.containers.append(machine)
        self.layers[name] = FIRST
        machine.start()
        return machine

    def take_away(self, name: str) -> None:
        """Turn a machine off, and forget it; it is in no plan any more."""
        machine = self.lab.container(name)
        machine.shutdown()
        self.lab.containers.remove(machine)
        del self.layers[name]

    def _changed(self, name: str) -> list[str]:
        old, new = self._path(name, self.layers[name]), self._path(name, self._folder())
        return takeover.differing(takeover.contents(old), takeover.contents(new))

    def _folder(self) -> str:
        return f"{FIRST}-{self.number}" if self.number else FIRST

    def _path(self, name: str, folder: str) -> Path:
        return self.lab.place.machine(name) / folder
