"""Which calls are measured: who is in them, and on which media servers, by mode."""

import itertools
from dataclasses import dataclass
from typing import Any

from measure.world import TITLES, place_of

MODES = ("multi-sfu", "cluster", "backbone", "central")
# Seconds for everybody to connect, far away as they are: in a cluster signalling crosses to the
# core and back, and a camera enters as many rooms as there are foci.
BEFORE, BEFORE_LONG = 9.0, 15.0
# What follows a call: programs end, tokens for the next one are fetched.
AROUND, AROUND_LARGE = 4.0, 8.0
LARGE_SECONDS = 8.0


@dataclass(frozen=True)
class Scenario:
    """A call."""

    name: str
    persons: tuple[str, ...]
    modes: tuple[str, ...] = MODES
    # With an open microphone each.
    has_sound: bool = True
    # The film that cameras publish, in `parts.picture`; nothing: there are none.
    film: str = ""
    # Only the first person has a camera; the others watch.
    is_one_way: bool = False
    # Held in the first round only, for so many seconds.
    once: float = 0.0

    def before(self, mode: str) -> float:
        """Give the seconds to connect in."""
        return BEFORE_LONG if mode == "cluster" or len(self.persons) > 2 else BEFORE

    def seconds(self, wanted: float) -> float:
        """Give how long it is held."""
        return self.once or wanted

    def takes(self, mode: str, wanted: float) -> float:
        """Give the seconds that it takes in all, about."""
        around = AROUND_LARGE if len(self.persons) > 2 else AROUND
        return self.before(mode) + self.seconds(wanted) + around

    def shows(self, person: str) -> bool:
        """Tell whether a person has a camera."""
        return bool(self.film) and not (self.is_one_way and person != self.persons[0])


def large(one: str, other: str) -> Scenario:
    """Give the call in which one person shows a film of 4K to another."""
    return Scenario(
        f"4K, {TITLES[one]} → {TITLES[other]}",
        (one, other),
        ("multi-sfu",),
        has_sound=False,
        film="2160p.ivf",
        is_one_way=True,
        once=LARGE_SECONDS,
    )


REGIONS = ("tyo", "lon", "nyc", "sfo")
SCENARIOS = (
    Scenario("Tokyo–Tokyo", ("tyo", "tyo-2")),
    Scenario("Tokyo–London", ("tyo", "lon")),
    # What distance takes, where the processors have time: cameras take most of theirs.
    Scenario("four regions, sound alone", REGIONS),
    Scenario("four regions", REGIONS, film="720p.ivf"),
    *(large(one, other) for one, other in itertools.combinations(REGIONS, 2)),
)
Planned = tuple[int, Scenario, str]


def plan(rounds: int) -> list[Planned]:
    """Give all calls in their order: modes in turn, so that none has the quiet hours."""
    return [
        (number, scenario, mode)
        for number in range(rounds)
        for scenario in SCENARIOS
        for mode in scenario.modes
        if number == 0 or not scenario.once
    ]


def focus_of(mode: str, person: str) -> str:
    """Give the focus that a person publishes at. Only Tokyo is a cluster."""
    place = place_of(person)
    if mode == "central":
        return "core"
    if mode == "backbone":
        return f"edge-{place}-backbone"
    return "tyo-cluster" if mode == "cluster" and place == "tyo" else f"edge-{place}"


def foci(mode: str, scenario: Scenario) -> list[str]:
    """Give the foci of a call, each once: where somebody publishes."""
    persons = scenario.persons[:1] if scenario.is_one_way else scenario.persons
    return sorted({focus_of(mode, person) for person in persons})


def wanted(
    person: str, places: dict[str, Any], mode: str, start: float, seconds: float
) -> dict[str, Any]:
    """Give what a person's program is told."""
    return {
        "name": person,
        "places": places,
        "publishes": focus_of(mode, person),
        "start": start,
        "seconds": seconds,
    }
