"""Which calls are measured: who is in them, and on which media servers, by mode."""

from dataclasses import dataclass
from typing import Any

from measure.world import place_of

MODES = ("multi-sfu", "cluster", "backbone", "central")


@dataclass(frozen=True)
class Scenario:
    """A call."""

    name: str
    persons: tuple[str, ...]


SCENARIOS = (
    Scenario("Tokyo–Tokyo", ("tyo", "tyo-2")),
    Scenario("Tokyo–London", ("tyo", "lon")),
    Scenario("four regions", ("tyo", "lon", "nyc", "sfo")),
)


def focus_of(mode: str, person: str) -> str:
    """Give the focus that a person publishes at. Only Tokyo is a cluster."""
    place = place_of(person)
    if mode == "central":
        return "core"
    if mode == "backbone":
        return f"edge-{place}-backbone"
    return "tyo-cluster" if mode == "cluster" and place == "tyo" else f"edge-{place}"


def foci(mode: str, scenario: Scenario) -> list[str]:
    """Give the foci of a call, each once."""
    return sorted({focus_of(mode, person) for person in scenario.persons})


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
