"""The router between all segments: the site's router and the internet in one namespace.

Hosts whose provider gives them their address have it as /32, with a router that is only on the
link, as many providers do; so every such host needs one route here.
"""

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Interface, IPv6Address, IPv6Interface

from machines import host_commands
from machines.place import NAMESPACES, Place

ROUTER = "router"
# What hosts with a /32 send their packets to.
ON_LINK = IPv4Address("172.31.1.1")
# The router's own address on every link, where IPv6 is spoken.
ON_LINK6 = IPv6Address("fe80::1")


@dataclass(frozen=True)
class Segment:
    """A link layer network, with the router's address on it."""

    name: str
    bridge: str
    router: IPv4Interface
    # Behind the site's router: reached from outside only in answer to something.
    private: bool = False


@dataclass(frozen=True)
class Routing:
    """What the router does between the segments."""

    segments: tuple[Segment, ...]
    # Address → bridge, for hosts with a /32.
    hosts: tuple[tuple[IPv4Address, str], ...]
    # Bridge → the router's address there.
    networks6: tuple[tuple[str, IPv6Interface], ...]
    # Hosts of private segments appear outside with this address.
    outside: IPv4Address | None


class Router:
    """The namespace that holds all bridges."""

    def __init__(self, place: Place, routing: Routing) -> None:
        """Describe it; nothing is made."""
        self.routing = routing
        self.namespace = place.full(ROUTER)

    def start(self) -> None:
        """Make bridges, addresses, routes and rules."""
        host_commands.run("ip", "netns", "add", self.namespace)
        self._ip("link", "set", "lo", "up")
        self.extend(Routing((), (), (), None))
        self._inside("sysctl", "-q", "-w", *settings())
        self._inside("nft", "-f", "-", text=self.rules())

    def extend(self, known: Routing) -> None:
        """Make what is new beside what is there already."""
        bridges = {segment.bridge for segment in known.segments}
        for segment in self.routing.segments:
            if segment.bridge not in bridges:
                self._ip("link", "add", segment.bridge, "type", "bridge")
                self._ip("link", "set", segment.bridge, "up")
                self._ip("addr", "add", str(segment.router), "dev", segment.bridge)
        for address, bridge in self.routing.hosts:
            if (address, bridge) not in known.hosts:
                self._ip("route", "add", f"{address}/32", "dev", bridge)
        for bridge, address6 in self.routing.networks6:
            for own in (str(address6), f"{ON_LINK6}/64"):
                # The second network of a bridge has the link's address already.
                self._ip("addr", "replace", own, "dev", bridge, "nodad")

    def rules(self) -> str:
        """Give the router's rules: private segments are hidden behind one address."""
        private = [segment for segment in self.routing.segments if segment.private]
        if not private:
            return ""
        bridges = ", ".join(f'"{segment.bridge}"' for segment in private)
        sources = ", ".join(str(segment.router.network) for segment in private)
        hide = f"ip saddr {{ {sources} }} oifname != {{ {bridges} }} snat to {self.routing.outside}"
        return (
            "table inet site {\n"
            "chain between { type filter hook forward priority filter; policy accept;\n"
            "  ct state established,related accept\n"
            f"  iifname != {{ {bridges} }} oifname {{ {bridges} }} drop\n"
            "}\n"
            "chain out { type nat hook postrouting priority srcnat;\n"
            f"  {hide if self.routing.outside else ''}\n"
            "}\n}\n"
        )

    def stop(self) -> None:
        """Delete the namespace and all that is in it."""
        if (NAMESPACES / self.namespace).exists():
            host_commands.run("ip", "netns", "del", self.namespace)

    def _ip(self, *words: str) -> None:
        host_commands.run("ip", "-n", self.namespace, *words)

    def _inside(self, *words: str, text: str | None = None) -> None:
        host_commands.run("ip", "netns", "exec", self.namespace, *words, text=text)


def settings() -> list[str]:
    """Give the kernel settings of a router that sees some answers on another way."""
    return [
        "net.ipv4.ip_forward=1",
        "net.ipv6.conf.all.forwarding=1",
        "net.ipv4.conf.all.rp_filter=0",
        "net.ipv4.conf.default.rp_filter=0",
        "net.ipv4.conf.all.send_redirects=0",
        "net.ipv4.conf.default.send_redirects=0",
    ]
