"""The lab as a whole: made from a fleet, found again by a later command, taken down."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from commands.filling import INSIDE, Filling, root_of
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
from network import plan, provider
from network.cables import Cables
from network.router import Router
from parts import cache
from units import coturn, token_service

PARTS = (
    *("machine-root", "client-root", "livekit", "traefik"),
    *("clients", "chat-clients", "synapse"),
)
# What only calls that are measured need.
MEASURED = ("boringtun", "camera", "clips", "web-client")
LAB = Path(__file__).resolve().parents[1]
EXAMPLE = REPOSITORY / "hosts"
CASES = REPOSITORY / "crates" / "ingress" / "tests" / "cases"
SIZE = "4g"
RECORD = "lab.json"


@dataclass
class Lab:
    """A fleet's machines, made but perhaps not running."""

    place: Place
    fleet: str
    hosts: list[Host]
    plan: plan.Plan
    containers: list[Container]
    # Lines that say which they are.
    homeserver: str
    token_service: str
    relay: str
    # What is in the place of what, if anything is.
    stand_ins: list[str]
    units: str
    logger: Logger

    def driver(self) -> Driver:
        """Give the driver for stories."""
        return Driver(self.containers, self.logger)

    @property
    def about(self) -> str:
        """Say in one line what the machines depend on."""
        return f"{self.homeserver}; {self.token_service}; {self.relay}"

    def container(self, name: str) -> Container:
        """Give a machine by name."""
        for one in self.containers:
            if one.name == name:
                return one
        known = ", ".join(one.name for one in self.containers)
        raise MachineError(f"no machine is called {name}; there are {known}")


def make(place: Place, fleet: Path, logger: Logger, units: str = "rendered") -> Lab:
    """Make a lab of a fleet; nothing runs yet but the router."""
    return begin(place, fleet, logger, units)[0]


def begin(
    place: Place, fleet: Path, logger: Logger, units: str, exact: bool = False
) -> tuple[Lab, PreparedFleet, Filling]:
    """Make a lab, and give what it is made of, for whoever changes it later: then be exact."""
    require(PARTS)
    if place.is_there():
        raise MachineError(f"lab {place.number} is there already: run `lab down` first")
    with logger.nested("programs"):
        found = programs.find()
    place.folder.mkdir(mode=0o700)
    limits.lift()
    size = f"size={SIZE},mode=0700"
    host_commands.run("mount", "-t", "tmpfs", "-o", size, "rampart-lab", place.folder)
    homeserver, tokens, relay = kind.chosen(), token_service.chosen(), coturn.chosen()
    with logger.nested("fleet, keys, certificates"):
        versions = installed.versions(homeserver.binary, relay)
        prepared = PreparedFleet(
            fleet, place.folder, found["rampart"], versions, keep_keys=units == "evaluated"
        )
        hosts = prepared.make()
    network_plan = plan.plan(place, hosts)
    filling = Filling(place, found, homeserver, units, logger, exact)
    shown = _shown(found, homeserver) | token_service.shown(tokens) | coturn.shown(relay)
    shown |= filling.fill(prepared, hosts)
    record = {
        "fleet": str(fleet),
        "homeserver": homeserver.line,
        "token_service": token_service.line(tokens),
        "relay": coturn.line(relay),
        "stand_ins": kind.stand_ins(),
        "units": units,
        "shown": {str(source): target for source, target in shown.items()},
    }
    (place.folder / RECORD).write_text(json.dumps(record, indent=2))
    Router(place, network_plan.routing).start()
    provider.start(place, network_plan.routing)
    return find(place, logger), prepared, filling


def require(parts: Sequence[str]) -> None:
    """Say what is not installed, if anything is not."""
    absent = [part for part in parts if not (cache.root() / part).exists()]
    if absent:
        raise MachineError(
            f"not installed: {', '.join(absent)}; run tests/lab/install {' '.join(absent)}"
        )


def find(place: Place, logger: Logger) -> Lab:
    """Find a lab that is there."""
    record_file = place.folder / RECORD
    if not record_file.exists():
        raise MachineError(f"lab {place.number} is not up")
    record = json.loads(record_file.read_text())
    hosts = rendered.read(place.folder / "fleet")
    network_plan = plan.plan(place, hosts)
    containers = [
        container(place, name, cables, record, logger)
        for name, cables in network_plan.cables.items()
    ]
    return Lab(
        *(place, record["fleet"], hosts, network_plan, containers),
        *(record["homeserver"], record["token_service"], record["relay"]),
        *(record["stand_ins"], record["units"]),
        logger,
    )


def container(
    place: Place, name: str, cables: Cables, record: dict[str, Any], logger: Logger
) -> Container:
    """Describe one machine of a lab."""
    own = {Path(source): target for source, target in record["shown"].items()}
    secrets = place.folder / "secrets" / name
    if secrets.is_dir():
        own[secrets] = "/run/rampart-secrets"
    if name == plan.CLIENT:
        own.update(rendered_fleets())
        own[CASES] = "/etc/rampart/cases"
    return Container(Box(place, name, root_of(name), cables, own), logger)


def rendered_fleets() -> dict[Path, str]:
    """Give where the client finds the rendered hosts of every fleet in the repository."""
    above = [REPOSITORY / "templates", REPOSITORY / "tests" / "fleets"]
    folders = {path.parent.name: path for one in above for path in one.glob("*/hosts")}
    return {
        folder / "generated": f"/etc/rampart/fleets/{name}"
        for name, folder in {"example": EXAMPLE, **folders}.items()
    }


def _shown(found: dict[str, Path], homeserver: Homeserver) -> dict[Path, str]:
    measured = {
        cache.root() / part: f"{INSIDE}/{part}"
        for part in MEASURED
        if (cache.root() / part).exists()
    }
    return {
        **measured,
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
