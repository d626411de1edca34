"""The lab as a whole: made from a fleet, found again by a later command, taken down."""

import json
from dataclasses import dataclass
from pathlib import Path

from commands import evaluated
from driver.errors import MachineError
from driver.logger import Logger
from driver.story import Driver
from fleet import installed, programs, rendered
from fleet.prepared import PreparedFleet
from fleet.programs import REPOSITORY
from fleet.rendered import Host
from homeserver import kind
from homeserver.kind import Homeserver
from machines import host_commands, limits
from machines.container import Box, Container
from machines.place import Place
from network import names, plan, provider
from network.router import Router
from parts import cache
from units import network, system, token_service
from units import rendered as rendered_units
from units.layer import Layer

PARTS = ("machine-root", "livekit", "traefik", "clients", "chat-clients", "synapse")
LAB = Path(__file__).resolve().parents[1]
EXAMPLE = REPOSITORY / "hosts"
CASES = REPOSITORY / "crates" / "ingress" / "tests" / "cases"
SIZE = "4g"
INSIDE = "/opt/rampart"
RECORD = "lab.json"
# What people of a story use, each a module of the package `clients` in one of the environments.
CLIENT_COMMANDS = {
    "join-call": "clients",
    "measured": "clients",
    "take-part": "clients",
    "use-client": "chat-clients",
}


@dataclass
class Lab:
    """A fleet's machines, made but perhaps not running."""

    place: Place
    fleet: str
    hosts: list[Host]
    plan: plan.Plan
    containers: list[Container]
    homeserver: str
    units: str
    logger: Logger

    def driver(self) -> Driver:
        """Give the driver for stories."""
        return Driver(self.containers, self.logger)

    @property
    def about(self) -> str:
        """Say in one line what the machines depend on."""
        return self.homeserver

    def container(self, name: str) -> Container:
        """Give a machine by name."""
        for one in self.containers:
            if one.name == name:
                return one
        known = ", ".join(one.name for one in self.containers)
        raise MachineError(f"no machine is called {name}; there are {known}")


def make(place: Place, fleet: Path, logger: Logger, units: str = "rendered") -> Lab:
    """Make a lab of a fleet; nothing runs yet but the router."""
    absent = [part for part in PARTS if not (cache.root() / part).exists()]
    if absent:
        raise MachineError(f"not installed: {', '.join(absent)}; run tests/lab/install")
    if place.is_there():
        raise MachineError(f"lab {place.number} is there already: run `lab down` first")
    with logger.nested("programs"):
        found = programs.find()
    place.folder.mkdir(mode=0o700)
    limits.lift()
    size = f"size={SIZE},mode=0700"
    host_commands.run("mount", "-t", "tmpfs", "-o", size, "rampart-lab", place.folder)
    homeserver = kind.chosen()
    with logger.nested("fleet, keys, certificates"):
        versions = installed.versions(homeserver.binary)
        prepared = PreparedFleet(
            fleet, place.folder, found["rampart"], versions, keep_keys=units == "evaluated"
        )
        hosts = prepared.make()
    network_plan = plan.plan(place, hosts)
    shown = _shown(found, homeserver)
    _fill(place, prepared, hosts)
    if units == "evaluated":
        shown |= evaluated.fill(place, hosts, prepared.folder, found, homeserver, logger)
    else:
        for host in hosts:
            rendered_units.add(layer_of(place, host.name), host, homeserver)
    record = {
        "fleet": str(fleet),
        "homeserver": homeserver.line,
        "units": units,
        "shown": {str(source): target for source, target in shown.items()},
    }
    (place.folder / RECORD).write_text(json.dumps(record, indent=2))
    Router(place, network_plan.routing).start()
    provider.start(place, network_plan.routing)
    return find(place, logger)


def find(place: Place, logger: Logger) -> Lab:
    """Find a lab that is there."""
    record_file = place.folder / RECORD
    if not record_file.exists():
        raise MachineError(f"lab {place.number} is not up")
    record = json.loads(record_file.read_text())
    hosts = rendered.read(place.folder / "fleet")
    network_plan = plan.plan(place, hosts)
    shown = {Path(source): target for source, target in record["shown"].items()}
    containers = []
    for name, cables in network_plan.cables.items():
        own = dict(shown)
        secrets = place.folder / "secrets" / name
        if secrets.is_dir():
            own[secrets] = "/run/rampart-secrets"
        if name == plan.CLIENT:
            own.update(rendered_fleets())
            own[CASES] = "/etc/rampart/cases"
        box = Box(place, name, cache.root() / "machine-root", cables, own)
        containers.append(Container(box, logger))
    said = (record["homeserver"], record["units"])
    return Lab(place, record["fleet"], hosts, network_plan, containers, *said, logger)


def rendered_fleets() -> dict[Path, str]:
    """Give where the client finds the rendered hosts of every fleet in the repository."""
    folders = {path.parent.name: path for path in (REPOSITORY / "templates").glob("*/hosts")}
    return {
        folder / "generated": f"/etc/rampart/fleets/{name}"
        for name, folder in {"example": EXAMPLE, **folders}.items()
    }


def _shown(found: dict[str, Path], homeserver: Homeserver) -> dict[Path, str]:
    return {
        cache.root() / "livekit" / "livekit-server": f"{INSIDE}/bin/livekit-server",
        cache.root() / "traefik" / "traefik": f"{INSIDE}/bin/traefik",
        **{path: f"{INSIDE}/bin/{name}" for name, path in found.items() if name != "rampart"},
        cache.root() / "clients": f"{INSIDE}/clients",
        cache.root() / "chat-clients": f"{INSIDE}/chat-clients",
        LAB: f"{INSIDE}/lab",
        LAB / "chain": "/etc/rampart/chain",
        LAB / "doors": "/etc/rampart/doors",
        **homeserver.shown(),
    }


def layer_of(place: Place, machine: str) -> Layer:
    """Give a machine's own files over the shared root."""
    return Layer(place.machine(machine) / "layer", cache.root() / "machine-root")


def _fill(place: Place, prepared: PreparedFleet, hosts: list[Host]) -> None:
    """Write the files of every machine."""
    public = names.public(hosts)
    authority = prepared.authority.text()
    for host in hosts:
        layer = layer_of(place, host.name)
        inside = host.network["hosts"]
        system.add(layer, host.name, names.hosts_file(public, inside), authority)
    client = layer_of(place, plan.CLIENT)
    system.add(client, plan.CLIENT, names.hosts_file(public), authority)
    own = (plan.CLIENT_ADDRESS, plan.CLIENT_ADDRESS6)
    network.add_client(client, plan.CLIENT_INTERFACE, *own)
    client.write("/usr/local/bin/lk-jwt-service", token_service.program(), 0o755)
    for command, environment in CLIENT_COMMANDS.items():
        client.write(
            f"/usr/local/bin/{command}",
            f"#!/bin/sh\nexport SSL_CERT_FILE={system.BUNDLE} PYTHONPATH={INSIDE}/lab\n"
            f"exec {INSIDE}/{environment}/bin/python -m clients.{command.replace('-', '_')}\n",
            0o755,
        )
