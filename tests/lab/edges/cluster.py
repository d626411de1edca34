"""A cluster gets a node and loses it again, while people talk on the one that stays."""

import itertools
import time
from typing import TYPE_CHECKING

from edges.media import rooms_on
from edges.people import Call, Names, Region

if TYPE_CHECKING:
    from edges.run import Coming, Show

# Load is the same on all machines of the lab, so rooms are made on either node, but perhaps on one
# only for some seconds.
WATCHED, TURNS = 15.0, 8
CALLS = 20


class Cluster:
    """The one cluster of the fleet: its first node, and the one that comes."""

    def __init__(self, show: "Show", one: "Coming") -> None:
        """Say which node comes to it."""
        self.show = show
        self.one = one
        self.operator, self.people = show.operator, show.people
        self.numbers = itertools.count()
        # Seconds in which the new node got rooms.
        self.seconds = 0.0

    @property
    def region(self) -> Region:
        """Where it is; its focus has the region's name."""
        return self.one.region

    def play(self) -> None:
        """Let the node come and go."""
        self.comes()
        self.drains(self.on_the_new_node())
        self.goes()

    def comes(self) -> None:
        """Add the node and deploy it, as the plan says."""
        self.operator.deploys(self.show.adds(self.one))
        self.show.peers(self.one, present=True)
        self.is_told()
        turns = 1
        while self.places(WATCHED)[1] == 0:
            assert turns < TURNS, f"{self.one.name} gets no rooms"
            turns += 1
        self.seconds = turns * WATCHED

    def places(self, seconds: float) -> tuple[int, int]:
        """Have rooms made for some time; give how many the first node got, and the new one."""
        before, asked = self.rooms(self.one.beside), 0
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.people.token_for(self.region.name, f"!placed-{next(self.numbers)}:example", "x")
            asked += 1
            time.sleep(0.5)
        # A room is counted a moment after it is there; a node that stops shows no numbers any more.
        time.sleep(1)
        first = self.rooms(self.one.beside) - before
        new = asked - first
        self.show.logger.log(f"rooms on {self.one.beside}: {first}, on {self.one.name}: {new}")
        return first, new

    def is_told(self) -> None:
        """Look whether both lists have the focus, whatever becomes of a node, and no node."""
        for told in (self.people.told(self.region), self.people.guests_told()):
            assert self.region.name in told, told
            assert self.one.name not in told, told

    def on_the_new_node(self) -> Call:
        """Begin calls until one is on the new node, for people who come in by the first."""
        for number in range(CALLS):
            before = self.rooms(self.one.name)
            call = self.call(f"cluster-{number}", self.one.beside)
            if self.rooms(self.one.name) > before:
                return call
            call.end()
        raise AssertionError(f"{self.one.name} got none of {CALLS} calls")

    def drains(self, call: Call) -> None:
        """Drain the node in the manifest, with a call on it: it stays where it is."""
        one, operator, show = self.one, self.operator, self.show
        show.wait(f"two people are listed on {one.name}", lambda: show.listed(one.name) == 2)
        answer = operator.types(f"edge drain {one.name}")
        assert answer["participants"] == 2, answer
        operator.renders(keys=False)
        operator.deploys(answer["deploy"])
        self.is_told()
        show.refused(one, "24 hours")
        show.let_a_day_pass()
        show.refused(one, "2 people")
        self.stops(call)

    def stops(self, call: Call) -> None:
        """Stop the node, which waits for its call; all new rooms are on the other.

        It does not wait for whoever only comes in by it, so all come in by the other by then.
        """
        one = self.one
        self.operator.runs(one.name, "systemctl stop --no-block livekit")
        first, new = self.places(self.seconds)
        assert first and not new, f"{new} rooms are on {one.name}, which stops"
        while_it_stops = self.call("while-it-stops", one.beside, seconds=8)
        self.ends(f"{one.beside}, while {one.name} stops", while_it_stops)
        assert not self.is_stopped(), f"{one.name} did not wait for its call"
        self.ends(f"{one.name}, while it stops", call)
        self.show.wait(f"LiveKit of {one.name} has stopped", self.is_stopped)

    def goes(self) -> None:
        """Remove the stopped node, of which nobody can say who is on it."""
        one, operator, show = self.one, self.operator, self.show
        show.refused(one, "nobody can say")
        answer = show.removes(one)
        operator.turns_off(one.name)
        operator.deletes(answer["secrets"])
        show.peers(one, present=False)
        self.is_told()
        self.ends(f"{one.beside}, after {one.name}", self.call("afterwards", one.beside, seconds=8))

    def call(self, name: str, node: str, seconds: float = 0) -> Call:
        """Begin a call by the way of a node, wherever its room is."""
        view = self.view(node)
        call = self.people.call(name, self.region.name, (view, view))
        call.wait_until_heard()
        time.sleep(seconds)
        return call

    def view(self, node: str) -> Names:
        """Give what a name server says when it has the address of one node only."""
        host = self.show.host(node)
        return {host.options("edge")["focusDomain"]: str(host.public_address)}

    def rooms(self, node: str) -> int:
        """Give the rooms that were made on a node. People count where they come in, too."""
        return rooms_on(self.show.lab.container(node), self.show.host(node))

    def ends(self, name: str, call: Call) -> None:
        """End a call that must have been heard all the time."""
        self.show.heard[name] = call.end()
        assert self.show.heard[name].goes_on, self.show.heard

    def is_stopped(self) -> bool:
        """Tell whether the media server of the new node has ended."""
        shown = "systemctl show --property=ActiveState --value livekit"
        return self.show.lab.container(self.one.name).succeed(shown).strip() == "inactive"
