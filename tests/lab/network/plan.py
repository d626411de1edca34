"""From rendered hosts to segments, cables and routes. Nothing is made here."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Interface, IPv6Interface, IPv6Network

from fleet.rendered import Host, Interface
from machines.place import Place
from network.cables import Cable, Cables
from network.provider import hardware_address
from network.router import ON_LINK, Routing, Segment

# People: anywhere on the internet, in nobody's network.
CLIENT = "client"
CLIENT_ADDRESS = IPv4Address("198.51.100.200")
CLIENT_ADDRESS6 = IPv6Interface("2001:db8:ffff::200/64")
CLIENT_INTERFACE = "ens18"
NAME_LIMIT = 15


@dataclass(frozen=True)
class Plan:
    """The whole network of a fleet."""

    routing: Routing
    cables: dict[str, Cables]


class Planner:
    """Collects segments while looking at hosts."""

    def __init__(self, place: Place) -> None:
        """Begin with the internet, where clients are."""
        self.place = place
        self.segments: dict[str, Segment] = {}
        self.hosts: list[tuple[IPv4Address, str]] = []
        self.networks6: set[tuple[str, IPv6Network]] = set()
        self.cables: dict[str, Cables] = {}

    def add_host(self, host: Host) -> None:
        """Plug a host into its segments."""
        plugged = [(one, self._segment(host, one)) for one in host.interfaces()]
        for one, segment in plugged:
            self._routed6(segment, *one.addresses6)
        known = {one.name: hardware_address(one.address.ip) for one, _ in plugged if one.given}
        self._plug(host.name, [(one.name, segment) for one, segment in plugged], known)

    def add_client(self, name: str, address: IPv4Address, address6: IPv6Interface) -> None:
        """Plug a client into the internet."""
        segment = self._on_link("internet", address)
        self._routed6(segment, address6)
        self._plug(name, [(CLIENT_INTERFACE, segment)], {})

    def _routed6(self, segment: Segment, *addresses: IPv6Interface) -> None:
        self.networks6 |= {(segment.bridge, address.network) for address in addresses}

    def _plug(
        self, machine: str, interfaces: list[tuple[str, Segment]], known: dict[str, str]
    ) -> None:
        number = len(self.cables)
        cables = [
            Cable(name, segment.bridge, f"m{number}-{name}"[:NAME_LIMIT], known.get(name))
            for name, segment in interfaces
        ]
        self.cables[machine] = Cables(self.place, machine, cables)

    def _segment(self, host: Host, interface: Interface) -> Segment:
        if interface.given:
            return self._on_link(host.facts["region"], interface.address.ip)
        network = interface.address.network
        name = "site" if interface.public else ("dmz" if host.role == "dmz" else "lan")
        for segment in self.segments.values():
            if segment.router.network == network:
                return self._corrected(segment, interface)
        router = named_router(interface) or network[1]
        found = IPv4Interface((router, network.prefixlen))
        return self._add(name, found, private=not interface.public)

    def _corrected(self, segment: Segment, interface: Interface) -> Segment:
        """A host that names its router knows better than the guess made for one that does not."""
        named = named_router(interface)
        if named and named != segment.router.ip:
            router = IPv4Interface((named, segment.router.network.prefixlen))
            segment = Segment(segment.name, segment.bridge, router, segment.private)
            self.segments[segment.name] = segment
        return segment

    def _on_link(self, name: str, address: IPv4Address) -> Segment:
        known = self.segments.get(name)
        segment = known or self._add(name, IPv4Interface((ON_LINK, 32)), private=False)
        self.hosts.append((address, segment.bridge))
        return segment

    def _add(self, name: str, router: IPv4Interface, *, private: bool) -> Segment:
        taken = name in self.segments
        name = f"{name}-{len(self.segments)}" if taken else name
        bridge = f"br-{name}"
        bridge = bridge if len(bridge) <= NAME_LIMIT else f"br-{len(self.segments)}"
        segment = Segment(name, bridge, router, private)
        self.segments[name] = segment
        return segment

    def plan(self) -> Plan:
        """Give what was collected."""
        public = [s for s in self.segments.values() if not s.private and s.router.ip != ON_LINK]
        outside = public[0].router.ip if public else None
        routing = Routing(
            tuple(self.segments.values()), tuple(self.hosts), tuple(self._routers6()), outside
        )
        return Plan(routing, self.cables)

    def _routers6(self) -> Iterator[tuple[str, IPv6Interface]]:
        """Give the router's address in each network: the last one, which no host has."""
        for bridge, network in sorted(self.networks6, key=str):
            yield bridge, IPv6Interface((network.broadcast_address, network.prefixlen))


def named_router(interface: Interface) -> IPv4Address | None:
    """Give the router that an interface sends through, for everything or for some networks."""
    if interface.gateway is None and interface.routes:
        return IPv4Address(interface.routes[0][1])
    return interface.gateway


def plan(place: Place, hosts: list[Host], later: Sequence[Host] = ()) -> Plan:
    """Plan the network of a fleet and one client.

    `later` are hosts that came when the others were plugged in already: these keep their plugs.
    """
    planner = Planner(place)
    for host in hosts:
        planner.add_host(host)
    planner.add_client(CLIENT, CLIENT_ADDRESS, CLIENT_ADDRESS6)
    for host in later:
        planner.add_host(host)
    return planner.plan()
