"""`lab density`: how many people one media server carries, and what an idle edge takes.

`cargo xtask bench-density` shows it.

More and more calls of four, everybody with an open microphone, until one of them is not heard well
or the processors have no time left. The clients are on the same processors and take far more than
the server; so what it takes itself is written down beside what all take together.
"""

import contextlib
import json
import threading
import time
from pathlib import Path
from typing import Any

from commands import lab, up
from driver.errors import MachineError, RequestedAssertionFailed
from driver.logger import Logger
from edges.media import metrics
from edges.people import People
from edges.run import FLEET
from fleet.rendered import Host
from machines.container import Container
from machines.memory import PROPORTIONAL, by_unit
from machines.place import Place
from measure.run import IDLE, Watch, heading

SIZE = 4
# Part of the sound that must come.
WELL = 0.97
EDGE = "edge-lon"


def density(place: Place, seconds: float, most: int, out: Path, logger: Logger) -> int:
    """Measure, and write everything down as JSON."""
    made = lab.make(place, FLEET, logger)
    made.driver().start_all()
    up.settle(made)
    people = People(made)
    edges = [host.name for host in made.hosts if host.role == "edge"]
    # What the daemons take to start has been given back by then, as far as it is.
    time.sleep(20)
    idle = {
        name: {unit: size[PROPORTIONAL] for unit, size in by_unit(made.container(name)).items()}
        for name in edges
    }
    server = made.container(EDGE)
    host = next(host for host in made.hosts if host.name == EDGE)
    levels: list[dict[str, Any]] = []
    calls = 1
    while calls <= most:
        with logger.nested(f"{calls} calls of {SIZE}"):
            level = one_level(people, server, host, calls, seconds)
        if level is None:
            if not levels:
                raise MachineError(f"not even one call: {people.runs('tail -3 /run/crowd.log')}")
            print(f"{calls} calls are more than the clients on this machine can hold", flush=True)
            break
        levels.append(level)
        print(json.dumps(level), flush=True)
        if min(level["heard"]) < WELL or level["idle"] < IDLE:
            break
        calls *= 2
    report = {
        **heading(made),
        "idleBytes": idle,
        "people": SIZE,
        "well": WELL,
        "idleFloor": IDLE,
        "levels": levels,
    }
    out.write_text(json.dumps(report, indent=1))
    print(f"wrote {out}")
    return 0


def one_level(
    people: People, server: Container, host: Host, calls: int, seconds: float
) -> dict[str, Any] | None:
    """Hold so many calls at once; nothing when somebody cannot get into one."""
    rooms = [f"!{calls}-{number}:example" for number in range(calls)]
    began = f"/run/crowd.began-{calls}"
    wanted = {
        "calls": [
            [people.token_for(EDGE, room, f"person-{number}") for number in range(SIZE)]
            for room in rooms
        ],
        "seconds": seconds,
        "began": began,
    }
    people.runs(f"cat > /run/crowd.in <<'END'\n{json.dumps(wanted)}\nEND")
    said: list[str] = []

    def talk() -> None:
        with contextlib.suppress(RequestedAssertionFailed):
            said.append(people.runs("crowd < /run/crowd.in 2> /run/crowd.log"))

    talking = threading.Thread(target=talk)
    talking.start()
    # From when the crowd counts, and not from when the server has admitted everybody.
    while talking.is_alive() and people.client.execute(f"test -e {began}")[0]:
        time.sleep(0.5)
    watch = Watch(time.monotonic(), seconds)
    before, start = processor_seconds(server, host), time.monotonic()
    idle = watch.idle()
    took = (processor_seconds(server, host) - before) / (time.monotonic() - start)
    talking.join()
    if not said:
        return None
    heard = json.loads(said[0])
    return {
        "calls": calls,
        "participants": calls * SIZE,
        "heard": heard["heard"],
        "serverProcessors": round(took, 3),
        "clientProcessors": round(heard["cpuSeconds"] / seconds, 3),
        "participantsPerProcessor": round(calls * SIZE / took) if took else None,
        "idle": round(idle, 2),
    }


def processor_seconds(server: Container, host: Host) -> float:
    """Give the time that the media server has taken of all processors since its start."""
    line = server.succeed(f"{metrics(host)} | grep '^process_cpu_seconds_total '")
    return float(line.split()[-1])
