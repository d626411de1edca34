"""The router of the core's site forgets the core's way to an edge, as it does when nobody speaks.

From then on nothing of the edge's reaches the core. The core's keepalive makes a new way, of which
the edge learns by it; nothing else on the core talks meanwhile.
"""

import re
import time

from driver.errors import RequestedAssertionFailed
from edges.operator import Operator
from fleet.rendered import Host
from machines import host_commands
from network.router import ROUTER

# How long a router remembers UDP, in seconds (nf_conntrack).
TIMES = "net.netfilter.nf_conntrack_udp_timeout"
SHORT = 1
# Who got something and sends nothing says so after ten seconds (KEEPALIVE_TIMEOUT of WireGuard).
QUIET = 14.0
# The keepalive, and what a busy machine takes.
LIMIT = 30.0
TRIES = 3
# Neither end sends the other anything, but for the edge's pings; which of them the core gets is
# counted before its firewall, which has no place for them.
SILENCE = """table inet silence {{
counter arrived {{}}
chain in {{
type filter hook prerouting priority -300
ip saddr {to} icmp type echo-request counter name arrived
}}
chain out {{
type filter hook output priority 0
ip daddr {to} icmp type echo-request accept
ip daddr {to} drop
}}
}}"""


class Forgotten:
    """One edge, whose way from the core is forgotten."""

    def __init__(self, operator: Operator, host: Host) -> None:
        """Say which edge; nothing is done."""
        lab = operator.fleet.lab
        core = next(one for one in lab.hosts if one.name == operator.core)
        self.ends = {
            str(host.facts["tunnelAddress"]): lab.container(core.name),
            str(core.facts["tunnelAddress"]): lab.container(host.name),
        }
        self.core, self.edge = self.ends.values()
        self.to = str(core.facts["tunnelAddress"])
        self.router = lab.place.full(ROUTER)
        self.logger = lab.logger

    def play(self) -> float:
        """Let the way be forgotten; give the seconds until the core hears the edge again."""
        for to, machine in self.ends.items():
            machine.succeed(f"nft -f - <<'END'\n{SILENCE.format(to=to)}\nEND")
        try:
            self._forget()
            start = time.monotonic()
            while not self._arrives():
                took = time.monotonic() - start
                assert took < LIMIT, f"the core does not hear {self.edge.name} after {took:.0f} s"
        finally:
            for machine in self.ends.values():
                machine.succeed("nft delete table inet silence")
        took = time.monotonic() - start
        self.logger.log(f"the core hears {self.edge.name} again after {took:.1f} s")
        return took

    def _forget(self) -> None:
        """Let the router forget, until the edge's pings do not arrive any more."""
        assert self._arrives(), f"the core does not hear {self.edge.name} before, either"
        names = [TIMES, f"{TIMES}_stream"]
        known = {name: self._runs("sysctl", "-n", name).strip() for name in names}
        for _ in range(TRIES):
            self._set(dict.fromkeys(names, str(SHORT)))
            time.sleep(QUIET)
            self._set(known)
            if not self._arrives():
                return
            # The keepalive had come just then.
        raise RequestedAssertionFailed(f"the router knows the way to {self.edge.name} for ever")

    def _arrives(self) -> bool:
        """Let the edge send a ping, and tell whether the core gets it."""
        before = self._count()
        self.edge.execute(f"ping -c 1 -W 1 {self.to}")
        return self._count() > before

    def _count(self) -> int:
        said = self.core.succeed("nft list counter inet silence arrived")
        found = re.search(r"packets (\d+)", said)
        if not found:
            raise RequestedAssertionFailed(said)
        return int(found[1])

    def _set(self, values: dict[str, str]) -> None:
        self._runs("sysctl", "-q", "-w", *[f"{name}={value}" for name, value in values.items()])

    def _runs(self, *words: str) -> str:
        return host_commands.run("ip", "netns", "exec", self.router, *words)
