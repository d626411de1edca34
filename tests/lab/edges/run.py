"""`lab edges`: edges of every mode are added, drained and removed while people talk elsewhere."""

import json
import re
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from commands import lab, up
from commands.lab import Lab
from deploy.running import RunningFleet
from driver.errors import reason
from driver.logger import Logger
from edges.cluster import Cluster
from edges.media import wait_for_people
from edges.nat import Forgotten
from edges.operator import Operator
from edges.people import GONE, TRANSPORTS, Call, Heard, Names, People, Region, wait_until
from edges.rotation import Pings, Rotation
from fleet.rendered import Host
from machines.place import Place
from units import livekit

FLEET = Path(__file__).resolve().parent / "fleet"
# Of a media server, in its host's table of the manifest.
SETTING = "edge.livekit.max-participants = 50"
SINCE = re.compile(r'(draining-since = ")[^"]*')


@dataclass(frozen=True)
class Coming:
    """An edge that comes and goes."""

    name: str
    region: Region
    address: str
    # The edge with the call that must go on, which is of the same kind.
    beside: str


# Of a cluster, whose focus stays the same.
NODE = Coming("edge-par-2", Region("par", "2001:db8:ffff:0:5::7"), "192.0.2.51", "edge-par-1")
COMING = (
    Coming("edge-sfo", Region("sfo"), "192.0.2.138", "edge-lon"),
    Coming("edge-tyo", Region("tyo", "2001:db8:ffff:0:4::7"), "192.0.2.202", "edge-nyc"),
)


def edges(place: Place, only: list[str], units: str, out: Path | None, logger: Logger) -> int:
    """Let edges with one of these words in their name come and go; code 1 when somebody noticed."""

    def is_wanted(one: Coming) -> bool:
        return any(word in one.name for word in only)

    start = time.monotonic()
    made, prepared, filling = lab.begin(place, FLEET, logger, units, exact=True)
    made.driver().start_all()
    up.settle(made)
    coming = tuple(one for one in COMING if is_wanted(one))
    show = Show(RunningFleet(made, prepared, filling), coming, is_wanted(NODE), logger)
    told = f"units {units}; stand-ins: {', '.join(made.stand_ins) or 'none'}"
    try:
        show.play()
    except AssertionError as error:
        logger.error(str(error))
        took = f"{time.monotonic() - start:.0f} s, {told}"
        print(f"edges: FAILED in {took}; {reason(error)}", flush=True)
        return 1
    seconds = round(time.monotonic() - start)
    if out:
        out.write_text(json.dumps(show.report(units, seconds), indent=1, ensure_ascii=False))
    print(f"edges: passed in {seconds} s, {told}", flush=True)
    return 0


class Show:
    """All that happens, and what was seen of it."""

    def __init__(
        self, fleet: RunningFleet, coming: tuple[Coming, ...], grows: bool, logger: Logger
    ) -> None:
        """Begin with a fleet that is up; its cluster `grows`, or not."""
        self.fleet = fleet
        self.coming = coming
        self.grows = grows
        self.lab: Lab = fleet.lab
        self.logger = logger
        self.core = next(host.name for host in self.lab.hosts if host.role == "core")
        self.operator = Operator(fleet, self.core)
        self.people = People(self.lab)
        self.heard: dict[str, Heard] = {}
        self.pings: dict[str, Pings] = {}
        # Seconds until an edge reached the core again.
        self.forgotten = 0.0
        # In the tunnel, also of edges that are gone.
        self.addresses: dict[str, str] = {}

    def play(self) -> None:
        """Let edges come and go beside a call of each mode, then break something."""
        people, names = self.people, self.people.names
        document = f"https://{names['serverName']}/.well-known/matrix/client"
        people.watch("foci", document, f"{people.api}/{TRANSPORTS}")
        people.watch("homeserver", f"{people.api}/_matrix/client/versions")
        calls = {one.beside: self.call(f"on-{one.beside}", one.beside) for one in COMING}
        cluster = Cluster(self, NODE)
        calls[NODE.beside] = cluster.call(f"on-{NODE.beside}", NODE.beside)
        servers = self.servers()
        with self.logger.subtest("edge-lon gets a new key in the tunnel, and the link stays"):
            self.pings = Rotation(self.operator, self.host("edge-lon")).play()
        with self.logger.subtest(
            "a router forgets the core's way to edge-lon: its keepalive heals it"
        ):
            self.forgotten = Forgotten(self.operator, self.host("edge-lon")).play()
        for name in ("edge-lon", "edge-par-1"):
            with self.logger.subtest(f"{name} gets another setting, which waits for the calls"):
                self.setting_waits(name)
        for one in self.coming:
            with self.logger.subtest(f"{one.name} comes and goes"):
                self.comes(one)
                self.goes(one)
        if self.grows:
            with self.logger.subtest(f"{NODE.name} comes to a cluster and goes"):
                cluster.play()
        with self.logger.subtest("no media server was started again, and all calls were heard"):
            now = self.servers()
            assert now == servers, f"{now}, not {servers}"
            for name, call in calls.items():
                self.heard[name] = call.end()
        assert self.heard["edge-lon"].goes_on, self.heard
        assert self.heard["edge-par-1"].goes_on, self.heard
        # Where a relay was started again, as the plan says, the clients come back by themselves.
        relays = any(one.beside == "edge-nyc" for one in self.coming)
        assert self.heard["edge-nyc"].is_back, self.heard
        assert relays or self.heard["edge-nyc"].goes_on, self.heard
        with self.logger.subtest("clients were never told an error"):
            seen = people.seen("foci")
            assert set(seen) == {"200"}, seen
        with self.logger.subtest("control: a media server that is started again is seen and heard"):
            call = self.call("control", "edge-lon")
            machine = self.lab.container("edge-lon")
            machine.succeed("systemctl kill --signal=KILL livekit", "systemctl stop livekit")
            # Longer than a call may be silent.
            time.sleep(1.5 * GONE)
            machine.succeed("systemctl start livekit")
            self.heard["control"] = call.end()
            assert not self.heard["control"].goes_on, self.heard
            assert self.servers() != servers, servers

    def setting_waits(self, name: str) -> None:
        """Deploy another setting of a media server with a call on it, which goes on."""
        machine, before = self.lab.container(name), self.servers()
        self.operator.writes(name, SETTING)
        self.operator.renders(keys=False)
        self.changes_only([name])
        self.operator.deploys([name])
        room = self.host(name).services["livekit"]["room"]
        assert json.loads(machine.succeed(f"cat {livekit.FILE}"))["room"] == room, room
        assert self.servers() == before, self.servers()

    def comes(self, one: Coming) -> None:
        """Add an edge, deploy it, and let people talk on it."""
        operator, people = self.operator, self.people
        before = people.told(one.region)
        assert one.name not in before, before
        others = self.adds(one)
        relays = [name for name in others if self.role(name) == "edge"]
        operator.deploys(relays)
        # As the plan says; before that, a relay does not lead to the new media server.
        for name in relays:
            assert not self.leads(name, one), f"the relay of {name} was not started again"
            operator.runs(name, "systemctl restart coturn")
            self.wait(f"the relay of {name} leads there", partial(self.leads, name, one))
        operator.deploys([name for name in others if name not in relays])
        self.wait(f"{one.name} is told first", lambda: people.told(one.region)[0] == one.name)
        assert one.name in people.guests_told(), people.guests_told()
        self.peers(one, present=True)
        self.heard[one.name] = self.talk(one.name, one.name)
        if relays:
            name = f"{one.name}, by the relay of {relays[0]}"
            self.heard[name] = self.talk(f"across-{one.name}", one.name, (one.name, relays[0]))
        assert all(heard.goes_on for heard in self.heard.values()), self.heard

    def adds(self, one: Coming) -> list[str]:
        """Add an edge and install it; give what else the plan says to deploy, in its order."""
        words = f"edge add {one.name} --region {one.region.name} --address {one.address}"
        plan: list[str] = self.operator.types(words)["deploy"]
        self.operator.renders(keys=True)
        self.changes_only(plan)
        self.operator.installs(one.name)
        self.addresses[one.name] = self.host(one.name).facts["tunnelAddress"]
        return [name for name in plan if name != one.name]

    def removes(self, one: Coming) -> dict[str, Any]:
        """Remove an edge, whatever is on it, and deploy as the plan says; give the answer."""
        answer = self.operator.types(f"edge remove {one.name} --force")
        self.operator.renders(keys=False)
        self.changes_only([*answer["deploy"], one.name])
        self.operator.deploys(answer["deploy"])
        return answer

    def refused(self, one: Coming, why: str) -> None:
        """Look whether an edge cannot be removed, and why."""
        said = self.operator.types(f"edge remove {one.name}", code=2)["error"]
        assert why in said, said

    def changes_only(self, hosts: list[str]) -> None:
        """Look whether what is rendered now says something new to these hosts only."""
        differing = set(self.fleet.differing())
        assert differing <= set(hosts), f"{differing} change, but the plan says {hosts}"

    def leads(self, relay: str, one: Coming) -> bool:
        """Tell whether the relay of an edge leads to another edge's media server, by its secret."""
        secret = self.fleet.prepared.secrets / one.name / f"turn-secret-{one.name}"
        host, to = self.host(relay), self.host(one.name)
        port = to.services["livekit"]["rtc"]["port_range_start"]
        account = f"-u somebody -W {secret.read_text().strip()}"
        way = f"-e {to.facts['tunnelAddress']} -r {port} {host.public_address}"
        asking = f"timeout 5 turnutils_uclient -v -n 1 -c {account} {way} 2>&1 || true"
        return "success: 0x" in self.people.runs(asking)

    def goes(self, one: Coming) -> None:
        """Drain and remove an edge on which people talk."""
        operator, people = self.operator, self.people
        call = self.call(f"late-{one.name}", one.name)
        self.wait(f"two people are listed on {one.name}", lambda: self.listed(one.name) == 2)
        answer = operator.types(f"edge drain {one.name}")
        assert answer["participants"] == 2, answer
        assert one.name not in people.told(one.region), people.told(one.region)
        operator.renders(keys=False)
        operator.deploys(answer["deploy"])
        assert one.name not in people.guests_told(), people.guests_told()
        people.token_for(one.name, f"!late-{one.name}:example", "again")
        self.refused(one, "24 hours")
        self.let_a_day_pass()
        self.refused(one, "2 people")
        answer = self.removes(one)
        for name in [name for name in answer["deploy"] if self.role(name) == "edge"]:
            operator.runs(name, "systemctl restart coturn")
        self.heard[f"{one.name}, while it goes"] = call.end()
        assert self.heard[f"{one.name}, while it goes"].goes_on, self.heard
        operator.turns_off(one.name)
        operator.deletes(answer["secrets"])
        assert one.name not in people.told(one.region) + people.guests_told()
        self.peers(one, present=False)
        services = self.lab.container(self.core).succeed("systemctl list-units --plain --no-legend")
        assert f"rampart-jwt@{one.name}" not in services, services

    def listed(self, name: str) -> int | None:
        """Give the people on an edge, as `rampart edge list` has them."""
        rows = self.operator.types("edge list")["edges"]
        found: int | None = next(row["participants"] for row in rows if row["name"] == name)
        return found

    def let_a_day_pass(self) -> None:
        """Say in the manifest that the drain began a day earlier; no clock is moved for it."""
        manifest = self.fleet.prepared.folder / "fleet.toml"
        moment = (datetime.now(UTC) - timedelta(hours=25)).strftime("%Y-%m-%dT%H:%M:%SZ")
        manifest.write_text(SINCE.sub(rf"\g<1>{moment}", manifest.read_text()))

    def talk(self, name: str, focus: str, relays: tuple[str, str] | None = None) -> Heard:
        """Let two people talk for some seconds."""
        call = self.call(name, focus, relays)
        time.sleep(8)
        return call.end()

    def call(self, name: str, focus: str, relays: tuple[str, str] | None = None) -> Call:
        """Begin a call, and wait until both are in it and one hears the other."""
        views = tuple(self.view(host) for host in relays or (focus, focus))
        call = self.people.call(name, focus, (views[0], views[1]))
        wait_for_people(self.lab.container(focus), self.host(focus), 2, 90)
        call.wait_until_heard()
        return call

    def view(self, edge: str) -> Names:
        """Give what a geo-DNS service says to somebody whose closest edge is this one."""
        host = self.host(edge)
        relay = host.services.get("coturn")
        return {relay["settings"]["realm"]: str(host.public_address)} if relay else {}

    def servers(self) -> dict[str, str]:
        """Give which process is the media server of each host that was there from the beginning."""
        shown = "systemctl show --property=MainPID,ExecMainStartTimestampMonotonic livekit"
        media = [host.name for host in self.fleet.first if "livekit" in host.services]
        return {name: self.lab.container(name).succeed(shown) for name in media}

    def peers(self, one: Coming, *, present: bool) -> None:
        """Look whether the core, and the other edge of a backbone, has a tunnel to a host."""
        address = self.addresses[one.name]
        machines = [self.core] + ([one.beside] if self.view(one.beside) else [])
        for name in machines:
            shown = self.lab.container(name).succeed("wg show wg-fleet allowed-ips")
            assert (f"{address}/32" in shown) == present, f"{name}: {shown}"

    def host(self, name: str) -> Host:
        """Give a host as it is rendered now."""
        return next(host for host in self.lab.hosts if host.name == name)

    def role(self, name: str) -> str:
        """Give a host's role."""
        return self.host(name).role

    def wait(self, what: str, condition: Callable[[], bool]) -> None:
        """Wait until something is so, and say how long that took."""
        start = time.monotonic()
        wait_until(what, condition)
        self.logger.log(f"{what}: after {time.monotonic() - start:.1f} s")

    def report(self, units: str, seconds: int) -> dict[str, Any]:
        """Give what was done, and what was heard."""
        return {
            "date": datetime.now(UTC).isoformat(timespec="minutes"),
            "units": units,
            "homeserver": self.lab.homeserver,
            "standIns": self.lab.stand_ins,
            "seconds": seconds,
            "steps": [asdict(step) for step in self.operator.steps],
            "heard": {name: asdict(heard) for name, heard in self.heard.items()},
            "pings": {name: asdict(pings) for name, pings in self.pings.items()},
            "forgotten": round(self.forgotten, 1),
            "foci": self.people.seen("foci"),
            "homeserverAnswers": self.people.seen("homeserver"),
        }
