"""A host gets a new key in the tunnel: the very lines that `rampart secrets rotate` prints.

Its link carries pings meanwhile. The two times of the plan are shortened, nothing else.
"""

import re
import subprocess
from dataclasses import dataclass

from driver.errors import RequestedAssertionFailed
from edges.operator import Operator
from fleet.rendered import Host

# A handshake is tried again after five seconds (WireGuard's REKEY_TIMEOUT); the rest is for a
# busy machine.
LINK_RESTS = 8.0
# Of the plan, in seconds: from the orders to the change, and from there to when it is taken back.
AHEAD, BACK = 60, 180
EVERY, PINGS = 0.2, 150
# What the operator's shell makes of a line: the address, then the words for the host.
SHOW = 'ssh() { printf "%s\\n" "${1#root@}"; shift; printf "%s\\n" "$*"; }\n'
TIMES = re.compile(r"rtt min/avg/max/mdev = [\d.]+/[\d.]+/([\d.]+)/")


@dataclass(frozen=True)
class Pings:
    """What came of pings through the tunnel."""

    sent: int
    answered: int
    # Seconds.
    slowest: float


class Rotation:
    """A new key for one host, on a fleet that runs."""

    def __init__(self, operator: Operator, host: Host) -> None:
        """Say whose key; nothing is made."""
        self.operator = operator
        self.fleet = operator.fleet
        self.host = host

    def play(self) -> dict[str, Pings]:
        """Change one end alone, which must be taken back; then both, and let it be the key."""
        secrets = self.fleet.prepared.secrets
        order = f"secrets rotate wireguard {self.host.name} --out {secrets}"
        new = self.operator.types(order)["publicKey"]
        plan = self.operator.reads(order)
        given, confirmed = plan.split("Does the link work?")
        old = self._key_of_peer()
        orders = self._lines(given, ahead=10, back=12)
        hosts = {address for address, _ in orders}
        assert hosts == {self._address(self.host), self._address(self._core())}, hosts
        # Control: an end that changes alone cuts the link, until it is taken back by itself.
        alone = self._pings(orders[:1])
        assert alone.slowest > LINK_RESTS, alone
        assert self._key_of_peer() == old, f"not {old} any more"
        both = self._pings(self._lines(given, ahead=15, back=30), self._lines(confirmed))
        assert both.answered == both.sent, both
        assert both.slowest < LINK_RESTS, both
        assert (found := self._key_of_peer()) == new, f"{found}, not {new}"
        self.operator.types(f"{order} --finish")
        # The public half is in the settings of every host that has it as a peer.
        self.operator.renders(keys=False)
        differing = self.fleet.differing()
        assert differing == [self.operator.core], differing
        self.operator.deploys(differing)
        assert (found := self._key_of_peer()) == new, f"{found}, not {new}"
        own = f"wg pubkey < /run/rampart-secrets/{self.host.services['wg-fleet']['privateKey']}"
        assert self._on(self.host.name, own).strip() == new
        core = self.fleet.lab.container(self.operator.core)
        core.wait_until_succeeds(f"ping -c 1 -W 2 {self._tunnel()}", timeout=60)
        return {"one end alone, taken back": alone, "both ends": both}

    def _pings(
        self, orders: list[tuple[str, str]], confirmed: list[tuple[str, str]] | None = None
    ) -> Pings:
        """Ping through the tunnel while orders are carried out."""
        core = self.fleet.lab.container(self.operator.core)
        ping = f"ping -q -i {EVERY} -c {PINGS} -W 20 {self._tunnel()}"
        core.succeed(f"systemd-run --quiet --unit=pings sh -c '{ping} > /root/pings; true'")
        for address, words in orders:
            self._on(self._named(address), words)
        if confirmed:
            core.wait_until_succeeds("! systemctl --quiet is-active rampart-rotate-forth.timer")
            for address, words in confirmed:
                self._on(self._named(address), words)
        core.wait_until_succeeds("! systemctl --quiet is-active pings.service", timeout=90)
        said = core.succeed("cat /root/pings")
        counted, slowest = re.search(r"(\d+) packets transmitted, (\d+) ", said), TIMES.search(said)
        if not counted or not slowest:
            raise RequestedAssertionFailed(f"{ping}: {said}")
        found = Pings(int(counted[1]), int(counted[2]), float(slowest[1]) / 1000)
        self.fleet.lab.logger.log(f"{len(orders)} of 2 ends change: {found}")
        return found

    def _lines(self, text: str, ahead: int = AHEAD, back: int = BACK) -> list[tuple[str, str]]:
        """Give whom each line of the plan is for and what it does there, as a shell reads it."""
        lines = [line for line in text.splitlines() if line.startswith(("  ssh ", "  at="))]
        script = "\n".join(lines).replace(f"+ {AHEAD} ))", f"+ {ahead} ))")
        script = script.replace(f"at + {BACK}))", f"at + {back}))")
        done = subprocess.run(
            ["bash", "-c", SHOW + script], check=True, capture_output=True, text=True
        )
        words = done.stdout.splitlines()
        return list(zip(words[::2], words[1::2], strict=True))

    def _on(self, name: str, words: str) -> str:
        return self.fleet.lab.container(name).succeed(words)

    def _key_of_peer(self) -> str:
        """Give by which key the core knows the host."""
        listing = self._on(self.operator.core, "wg show wg-fleet allowed-ips")
        (key,) = [line.split()[0] for line in listing.splitlines() if f"{self._tunnel()}/" in line]
        return key

    def _tunnel(self) -> str:
        return str(self.host.facts["tunnelAddress"])

    def _core(self) -> Host:
        return next(host for host in self.fleet.lab.hosts if host.name == self.operator.core)

    def _named(self, address: str) -> str:
        (name,) = [host.name for host in self.fleet.lab.hosts if self._address(host) == address]
        return name

    def _address(self, host: Host) -> str:
        return str(host.facts["deployAddress"])
