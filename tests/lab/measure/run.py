"""`lab measure`: all calls in all modes, in turn, round after round, in one lab."""

import json
import os
import platform
import threading
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from commands import lab, up
from commands.filling import INSIDE
from commands.lab import Lab
from driver.logger import Logger
from fleet.programs import REPOSITORY
from machines import host_commands
from machines.place import Place
from measure import browsers, calls, films, rows, tunnels, world
from measure.calls import Scenario
from measure.persons import Persons

FLEET = Path(__file__).resolve().parent / "fleet"
# Below this part of idle processors, what is measured is the machine.
IDLE = 0.15
# No call ends later than this after the beginning; the page says of each how often it was held.
LIMIT = 24 * 60.0
# Until all machines are up and people are in their places.
START = 120.0


def measure(place: Place, rounds: int, seconds: float, out: Path, logger: Logger) -> int:
    """Measure, and write everything down as JSON."""
    end = time.monotonic() + LIMIT
    planned = calls.plan(rounds)
    takes = (
        START + browsers.TAKES + sum(scenario.takes(mode, seconds) for _, scenario, mode in planned)
    )
    logger.log(
        f"{len(planned)} calls and what is around them take about {takes / 60:.0f} minutes; "
        f"no call ends later than after {LIMIT / 60:.0f}"
    )
    lab.require(lab.MEASURED)
    program = build()
    made = lab.make(place, FLEET, logger)
    tunnels.quicken(made)
    made.driver().start_all()
    up.settle(made)
    with logger.nested("people"):
        persons = Persons(made)
    distance = world.start(made, program)
    found: list[dict[str, Any]] = []
    try:
        pings = {
            f"{one}–{world.place_of(other)}": [
                persons.round_trip(one, other),
                2 * world.one_way(world.place_of(one), world.place_of(other)),
            ]
            for one in calls.REGIONS
            for other in (f"edge-{region}" for region in calls.REGIONS)
        }
        for done, (number, scenario, mode) in enumerate(planned):
            name = f"{number + 1} of {rounds}, {scenario.name}, {mode}"
            if time.monotonic() + scenario.takes(mode, seconds) > end:
                logger.log(f"no time left for {name} and what follows: {len(planned) - done} calls")
                break
            with logger.nested(name):
                found.append(one_call(persons, scenario, mode, number, scenario.seconds(seconds)))
        with logger.nested("a browser"):
            shown = browsers.browsers(persons)
        late = distance.lateness()
    finally:
        distance.stop()
    report = {
        **heading(made),
        "rounds": rounds,
        "seconds": seconds,
        "largeSeconds": calls.LARGE_SECONDS,
        "idleFloor": IDLE,
        "pings": pings,
        "delayline": late,
        "world": {"inside": world.INSIDE, "jitter": world.JITTER, "lostOfThousand": world.LOST},
        "calls": [
            {key: value for key, value in one.items() if key not in ("raw", "cameras")}
            for one in found
        ],
        "rows": rows.of(found, IDLE),
        "films": films.of(found, IDLE),
        "browsers": shown,
    }
    out.write_text(json.dumps(report, indent=1, ensure_ascii=False))
    print(f"wrote {out}")
    return 0


def build() -> Path:
    """Build the delay line."""
    manifest = f"--manifest-path={REPOSITORY / 'Cargo.toml'}"
    building = ("cargo", "build", "--quiet", "--release", "--package=delayline", manifest)
    host_commands.run(*building, limit=3600)
    asking = ("cargo", "metadata", "--format-version=1", "--no-deps", manifest)
    folder = json.loads(host_commands.run(*asking))["target_directory"]
    return Path(folder) / "release" / "delayline"


def one_call(
    persons: Persons, scenario: Scenario, mode: str, number: int, seconds: float
) -> dict[str, Any]:
    """Hold one call."""
    room = f"!{number}-{scenario.name}-{mode}:example"
    foci = calls.foci(mode, scenario)

    def places(device: str) -> dict[str, Any]:
        return {focus: persons.token_for(focus, room, device) for focus in foci}

    told = {person: places(person) for person in scenario.persons if scenario.has_sound}
    screens = {person: places(f"camera-{person}") for person in scenario.persons if scenario.film}
    start = time.monotonic() + scenario.before(mode)
    wanted = [calls.wanted(person, own, mode, start, seconds) for person, own in told.items()]
    cameras = []
    for person, own in screens.items():
        one = calls.wanted(person, own, mode, start, seconds)
        one["clip"] = f"{INSIDE}/clips/{scenario.film}"
        cameras.append(one if scenario.shows(person) else one | {"publishes": ""})
    watch = Watch(start, seconds)
    said = persons.call(wanted, cameras=cameras)
    heard, seen = said[: len(wanted)], said[len(wanted) :]
    return {
        "scenario": scenario.name,
        "mode": mode,
        "round": number,
        "seconds": seconds,
        "idle": watch.idle(),
        "errors": [one["error"] for one in said if "error" in one],
        "raw": [one for one in heard if "error" not in one],
        "cameras": [one for one in seen if "error" not in one],
    }


class Watch(threading.Thread):
    """How much of the processors nobody wants during a call (proc(5), `stat`)."""

    def __init__(self, start: float, seconds: float) -> None:
        """Watch from a moment on, for some seconds."""
        super().__init__(daemon=True)
        self.moments = start, start + seconds
        self.seen: list[tuple[int, int]] = []
        self.start()

    def run(self) -> None:
        """Look twice."""
        for moment in self.moments:
            time.sleep(max(0.0, moment - time.monotonic()))
            self.seen.append(ticks())

    def idle(self) -> float:
        """Give the part, when the call is over."""
        self.join()
        (idle, total), (idle_then, total_then) = self.seen[1], self.seen[0]
        return (idle - idle_then) / max(total - total_then, 1)


def ticks() -> tuple[int, int]:
    """Give the idle ticks of all processors, and all ticks."""
    numbers = [int(one) for one in Path("/proc/stat").read_text().splitlines()[0].split()[1:9]]
    return numbers[3] + numbers[4], sum(numbers)


def heading(made: Lab) -> dict[str, Any]:
    """Give what a report begins with: when, where, and with what in the place of what."""
    return {
        "date": datetime.now(UTC).isoformat(timespec="minutes"),
        "machine": machine(),
        "standIns": made.stand_ins,
    }


def machine() -> dict[str, Any]:
    """Say what it was measured on."""
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return {
        "processors": os.cpu_count(),
        "model": names[0] if names else platform.machine(),
        "kernel": platform.release(),
        "load": list(os.getloadavg()),
    }
