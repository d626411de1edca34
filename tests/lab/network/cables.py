"""A machine's network namespace and its cables to the segments."""

from dataclasses import dataclass

from machines import host_commands
from machines.place import NAMESPACES, Place
from network.router import ROUTER


@dataclass(frozen=True)
class Cable:
    """One interface of a machine and the bridge it is plugged into."""

    interface: str
    bridge: str
    # Name of the other end, in the router's namespace; at most 15 characters.
    plug: str
    # What its provider knows it by.
    hardware_address: str | None = None


class Cables:
    """All interfaces of one machine. They are made at each boot, as new as a machine's own."""

    def __init__(self, place: Place, machine: str, cables: list[Cable]) -> None:
        """Describe them; nothing is made."""
        self.namespace = place.full(machine)
        self.router = place.full(ROUTER)
        self.cables = cables

    def plug(self) -> None:
        """Make the namespace and its interfaces."""
        self.unplug()
        host_commands.run("ip", "netns", "add", self.namespace)
        for cable in self.cables:
            host_commands.run(
                *("ip", "link", "add", cable.plug, "netns", self.router),
                *("type", "veth", "peer", "name", cable.interface, "netns", self.namespace),
            )
            if cable.hardware_address:
                own = (cable.interface, "address", cable.hardware_address)
                host_commands.run("ip", "-n", self.namespace, "link", "set", *own)
            for setting in (("master", cable.bridge), ("up",)):
                self._plug_end(cable, *setting)

    def unplug(self) -> None:
        """Delete the namespace; both ends of its cables go with it."""
        for cable in self.cables:
            host_commands.attempt("ip", "-n", self.router, "link", "del", cable.plug)
        if (NAMESPACES / self.namespace).exists():
            host_commands.run("ip", "netns", "del", self.namespace)

    def set_first(self, *, up: bool) -> None:
        """Switch the first interface's other end."""
        self._plug_end(self.cables[0], "up" if up else "down")

    def _plug_end(self, cable: Cable, *setting: str) -> None:
        host_commands.run("ip", "-n", self.router, "link", "set", cable.plug, *setting)
