"""The files of every machine, from rendered or from evaluated hosts."""

from dataclasses import dataclass
from pathlib import Path

from commands import evaluated
from driver.logger import Logger
from fleet.prepared import PreparedFleet
from fleet.rendered import Host
from homeserver.kind import Homeserver
from machines.place import Place
from network import names, plan
from parts import cache
from units import browser, network, system
from units import rendered as rendered_units
from units.layer import Layer

INSIDE = "/opt/rampart"
# What people of a story use, each a module of the package `clients` in one of the environments.
CLIENT_COMMANDS = {
    "crowd": "clients",
    "join-call": "clients",
    "measured": "clients",
    "take-part": "clients",
    "use-client": "chat-clients",
}
# The folder of a machine's own files.
FIRST = "layer"


def root_of(machine: str) -> Path:
    """Give a machine's shared root; only people have a browser."""
    return cache.root() / ("client-root" if machine == plan.CLIENT else "machine-root")


@dataclass(frozen=True)
class Filling:
    """Fills the machines of a lab."""

    place: Place
    programs: dict[str, Path]
    homeserver: Homeserver
    # Rendered or evaluated.
    units: str
    logger: Logger
    # Evaluated units are compared with others, as a deployment compares them.
    exact: bool

    def fill(
        self, prepared: PreparedFleet, hosts: list[Host], folder: str = FIRST
    ) -> dict[Path, str]:
        """Write the files of every machine into a folder of its own; give what it must see, too."""
        layers = {
            name: self.layer(name, folder) for name in [h.name for h in hosts] + [plan.CLIENT]
        }
        public = names.public(hosts)
        authority = prepared.authority.text()
        for host in hosts:
            hosts_file = names.hosts_file(public, host.network["hosts"])
            system.add(layers[host.name], host.name, hosts_file, authority)
        self._fill_client(layers[plan.CLIENT], names.hosts_file(public), authority)
        if self.units == "evaluated":
            own, told = self.programs, (self.logger, self.exact)
            return evaluated.fill(layers, hosts, prepared.folder, own, self.homeserver, *told)
        for host in hosts:
            rendered_units.add(layers[host.name], host, self.homeserver)
        return {}

    def layer(self, machine: str, folder: str = FIRST) -> Layer:
        """Give a machine's own files over the shared root."""
        return Layer(self.place.machine(machine) / folder, root_of(machine))

    def _fill_client(self, layer: Layer, hosts_file: str, authority: str) -> None:
        system.add(layer, plan.CLIENT, hosts_file, authority)
        browser.add_authority(layer, authority)
        own = (plan.CLIENT_ADDRESS, plan.CLIENT_ADDRESS6)
        network.add_client(layer, plan.CLIENT_INTERFACE, *own)
        for command, environment in CLIENT_COMMANDS.items():
            module = f"clients.{command.replace('-', '_')}"
            _add_command(layer, command, f"{INSIDE}/{environment}/bin/python -m {module}")
        _add_command(layer, "camera", f"{INSIDE}/camera/camera")
        library = f"{INSIDE}/web-client/livekit-client.umd.js"
        _add_command(layer, "web-camera", f"python3 -B -m clients.web_camera {library}")


def _add_command(layer: Layer, name: str, words: str) -> None:
    """Add a program of people, which trusts the authority of this run."""
    own = f"export SSL_CERT_FILE={system.BUNDLE} PYTHONPATH={INSIDE}/lab"
    layer.write(f"/usr/local/bin/{name}", f"#!/bin/sh\n{own}\nexec {words}\n", 0o755)
