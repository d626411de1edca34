"""`lab faults`: what people in a call notice when something breaks, and for how long."""

import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from commands import lab, up
from commands.lab import Lab
from driver.logger import Logger
from edges.media import packets_on
from machines.place import Place
from measure import strict
from measure.clocks import clocks
from measure.persons import Persons
from measure.world import PERSONS

FLEET = Path(__file__).resolve().parent / "fleet"
SECONDS = 60
# When it breaks, and how long it stays broken.
BREAKS, BROKEN = 12.0, 10.0
# Who does not hear anything for so long at the end is out of the call.
GONE = 5.0
# Until a media server has counted again.
COUNTED = 6.0
CLUSTER = ("edge-tyo-cluster-1", "edge-tyo-cluster-2")
WALL = "\n".join(
    f"chain {hook} {{\ntype filter hook {hook} priority 0; meta l4proto udp drop\n}}"
    for hook in ("input", "output")
)
Action = Callable[[Lab], object]
# Sends packets to a range of ports as quickly as one process can, and writes down how many.
STORM = """
import itertools, pathlib, socket
one = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
data, count = bytes(1200), 0
for port in itertools.cycle(range(FIRST, LAST + 1)):
    try:
        one.sendto(data, (HOST, port))
    except OSError:
        continue
    count += 1
    if count % 1000 == 0:
        pathlib.Path("/run/storm").write_text(str(count))
"""


@dataclass(frozen=True)
class Fault:
    """Something that breaks during a call, and what mends it; nothing, when it mends itself."""

    name: str
    focus: str
    breaks: Action
    mends: Action | None = None
    listener: str = "lon"
    # How long it stays broken.
    broken: float = BROKEN
    # It is mended when the call is over.
    lasts: bool = False


def on(machine: str, command: str) -> Action:
    """Do something on a machine."""
    return lambda made: made.container(machine).succeed(command)


def wall(person: str) -> tuple[Action, Action]:
    """Keep a person's UDP in, and let it out again."""
    inside = f"ip netns exec {person} nft"
    table = f"table inet wall {{\n{WALL}\n}}"
    build = on("client", f"{inside} -f - <<'END'\n{table}\nEND")
    return build, on("client", f"{inside} delete table inet wall")


def tunnel(machine: str) -> tuple[Action, Action]:
    """Cut a host's tunnel, and join it again."""
    link = "ip link set wg-fleet"
    return on(machine, f"{link} down"), on(machine, f"{link} up")


def cut(machine: str) -> tuple[Action, Action]:
    """Pull a machine's plug, and put it in again."""
    return (
        lambda made: made.container(machine).block(),
        lambda made: made.container(machine).unblock(),
    )


def each(*ways: tuple[Action, Action]) -> tuple[Action, Action]:
    """Break several things, and mend them all."""
    return (
        lambda made: [breaks(made) for breaks, _ in ways],
        lambda made: [mends(made) for _, mends in ways],
    )


def holder_killed(made: Lab) -> object:
    """Kill the media server of the cluster that the call is on."""
    nodes = [host for host in made.hosts if host.name in CLUSTER]

    def packets() -> list[int]:
        return [packets_on(made.container(node.name), node) for node in nodes]

    before = packets()
    time.sleep(COUNTED)
    more = [now - then for now, then in zip(packets(), before, strict=True)]
    return killed(nodes[more.index(max(more))].name, "livekit")(made)


def stopped(machine: str, unit: str) -> tuple[Action, Action]:
    """Stop a daemon, and start it again."""
    return on(machine, f"systemctl stop {unit}"), on(machine, f"systemctl start {unit}")


def killed(machine: str, unit: str) -> Action:
    """Kill a daemon."""
    return on(machine, f"systemctl kill --signal=KILL {unit}")


def slow(person: str, rate: str) -> tuple[Action, Action]:
    """Let little more through to a person; what waits longer than 0.3 s is lost (tc-tbf(8))."""
    queue = f"dev to-{PERSONS.index(person)} root"
    limit = on("client", f"tc qdisc add {queue} tbf rate {rate} burst 4kb latency 300ms")
    return limit, on("client", f"tc qdisc del {queue}")


def storm(person: str, machine: str, first: int, last: int) -> tuple[Action, Action]:
    """Let somebody flood an edge, and tell how many packets were sent."""

    def begin(made: Lab) -> object:
        host = next(host for host in made.hosts if host.name == machine)
        values = {"HOST": repr(str(host.public_address)), "FIRST": str(first), "LAST": str(last)}
        text = STORM
        for word, value in values.items():
            text = text.replace(word, value)
        run = f"systemd-run --quiet --collect --unit=storm ip netns exec {person}"
        return made.container("client").succeed(
            f"cat > /run/storm.py <<'END'\n{text}\nEND\n{run} python3 /run/storm.py"
        )

    return begin, on("client", "systemctl stop storm; cat /run/storm")


FAULTS = (
    Fault("media server killed", "edge-tyo", killed("edge-tyo", "livekit")),
    Fault(
        "edge loses its power",
        "edge-tyo",
        lambda made: made.container("edge-tyo").crash(),
        lambda made: made.container("edge-tyo").start(),
    ),
    Fault("tunnel of an edge cut", "edge-nyc", *tunnel("edge-nyc")),
    Fault("tunnel cut, backbone", "edge-tyo-backbone", *tunnel("edge-tyo-backbone")),
    Fault("relay killed, backbone", "edge-tyo-backbone", killed("edge-lon-backbone", "coturn")),
    Fault(
        "Redis stopped, cluster",
        "tyo-cluster",
        *stopped("core", "redis-tyo-cluster"),
    ),
    Fault(
        "Redis stopped for longer, cluster",
        "tyo-cluster",
        *stopped("core", "redis-tyo-cluster"),
        broken=30.0,
    ),
    Fault("media server of the room killed, cluster", "tyo-cluster", holder_killed),
    Fault("tunnels cut, cluster", "tyo-cluster", *each(*map(tunnel, CLUSTER))),
    Fault("core cut off", "edge-sfo", *cut("core")),
    Fault("core cut off, cluster", "tyo-cluster", *cut("core")),
    Fault("core cut off, backbone", "edge-tyo-backbone", *cut("core")),
    Fault("packet storm at media ports", "edge-sfo", *storm("nyc", "edge-sfo", 50000, 51799)),
    Fault("packet storm at the relay", "edge-sfo", *storm("nyc", "edge-sfo", 3478, 3478)),
    Fault(
        "packet storm at the relay, backbone",
        "edge-tyo-backbone",
        *storm("nyc", "edge-lon-backbone", 3478, 3478),
    ),
    Fault("line of a listener carries 96 kbit/s", "edge-sfo", *slow("lon", "96kbit")),
    Fault("line of a listener carries 32 kbit/s", "edge-sfo", *slow("lon", "32kbit")),
    Fault("UDP blocked for a listener", "edge-sfo", *wall("lon"), lasts=True),
    Fault("UDP blocked, backbone", "edge-tyo-backbone", *wall("lon"), lasts=True),
)


def faults(place: Place, only: str, out: Path, logger: Logger) -> int:
    """Break one thing after the other, and write down what was heard."""
    made = lab.make(place, FLEET, logger)
    made.driver().start_all()
    up.settle(made)
    persons = Persons(made)
    found = []
    for fault in (fault for fault in FAULTS if only in fault.name):
        with logger.nested(fault.name):
            found.append(one(persons, fault))
            print(json.dumps(found[-1], ensure_ascii=False), flush=True)
    for name in (name for name in strict.CALLS if only in name):
        found.append(strict.strict(persons, name))
        print(json.dumps(found[-1], ensure_ascii=False), flush=True)
    if only in "shifted clocks":
        found.append(clocks(persons))
        print(json.dumps(found[-1]), flush=True)
    out.write_text(json.dumps(found, indent=1, ensure_ascii=False))
    return 0


def one(persons: Persons, fault: Fault) -> dict[str, Any]:
    """Break one thing during a call."""
    room = f"!{fault.name}:example"
    speaker, listener = "tyo", fault.listener
    wanted = [
        {
            "name": person,
            **persons.token_for(fault.focus, room, person),
            "says": says,
            "seconds": SECONDS,
            "patience": 20,
        }
        for person, says in ((speaker, "hello"), (listener, ""))
    ]
    said: list[dict[str, Any]] = []
    call = threading.Thread(target=lambda: said.extend(persons.call(wanted, "take-part")))
    call.start()
    time.sleep(BREAKS)
    fault.breaks(persons.lab)
    if not fault.lasts:
        time.sleep(fault.broken)
    else:
        call.join()
    noted = fault.mends(persons.lab) if fault.mends else None
    call.join()
    up.settle(persons.lab)
    more = {"noted": noted.strip()} if isinstance(noted, str) and noted.strip() else {}
    return {"fault": fault.name, "focus": fault.focus, **verdict(said[1]), **more}


def verdict(listened: dict[str, Any]) -> dict[str, Any]:
    """Say what the listener noticed."""
    if not listened.get("heard"):
        return {"heard": 0, "error": listened.get("error", "nothing was heard")}
    back = listened["since"] < GONE
    silence = max(listened["silence"], 0.0 if back else listened["since"])
    return {"heard": listened["heard"], "silence": round(silence, 1), "isBack": back}
