"""Routes that a host needs and its file does not have (yet).

A host in another segment than the core's has to answer the core by that segment's router: the
firewall admits the tunnel there alone.
"""

from dataclasses import dataclass

from fleet.rendered import Host, Interface
from network.router import Segment


@dataclass(frozen=True)
class Route:
    """A route of one interface."""

    to: str
    via: str
    interface: str

    def command(self) -> str:
        """Give the command that adds it."""
        return f"ip route add {self.to} via {self.via} dev {self.interface}"


def routes(hosts: list[Host], segments: tuple[Segment, ...]) -> dict[str, list[Route]]:
    """Give the missing routes of each host that lacks one."""
    cores = [lan for host in hosts if host.role == "core" for lan in lans(host)]
    found: dict[str, list[Route]] = {}
    for host in hosts:
        for lan in lans(host):
            if lan.gateway or lan.routes:
                continue
            for core in cores:
                if core.address.network != lan.address.network:
                    via = router_of(lan, segments)
                    route = Route(str(core.address.network), via, lan.name)
                    found.setdefault(host.name, []).append(route)
    return found


def lans(host: Host) -> list[Interface]:
    """Give the interfaces that are not public."""
    return [one for one in host.interfaces() if not one.public]


def router_of(interface: Interface, segments: tuple[Segment, ...]) -> str:
    """Give the router of the segment that an interface is in."""
    network = interface.address.network
    return next(str(one.router.ip) for one in segments if one.router.network == network)
