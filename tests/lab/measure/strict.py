"""A call through a network that lets nothing out but TCP to port 443: the relay by TLS is left.

The client is `camera`, on pion, which trusts the authorities of its system. The one of the other
faults is built on libwebrtc, which brings a list of its own, without the authority of the lab.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from commands import lab
from commands.filling import INSIDE
from measure import films
from measure.persons import Persons

SPEAKER, LISTENER = "tyo", "lon"
# Fault → focus.
CALLS = {
    "nothing but 443/tcp, from the beginning": "edge-sfo",
    "nothing but 443/tcp, from the beginning, backbone": "edge-tyo-backbone",
}
FILM = "720p.ivf"
NEEDED = ("camera", "clips")
# Both are in by then, also where several ways are tried in vain.
BEFORE, SECONDS = 40.0, 20.0


@contextmanager
def wall(persons: Persons, person: str) -> Iterator[None]:
    """Let a person reach nothing but TCP port 443, as strict networks do, while this lasts."""
    inside = f"ip netns exec {person} nft"
    chains = [
        f"chain {hook} {{\ntype filter hook {hook} priority 0\n"
        f'{way} "lo" accept\ntcp {port} 443 accept\ndrop\n}}'
        for hook, way, port in (("input", "iifname", "sport"), ("output", "oifname", "dport"))
    ]
    table = "\n".join(["table inet strict {", *chains, "}"])
    persons.client.succeed(f"{inside} -f - <<'END'\n{table}\nEND")
    try:
        yield
    finally:
        persons.client.succeed(f"{inside} delete table inet strict")


def strict(persons: Persons, name: str) -> dict[str, Any]:
    """Show a film to somebody behind such a wall, and tell what came of it."""
    lab.require(NEEDED)
    focus, room = CALLS[name], f"!{name}:example"
    begun = time.monotonic()
    both = [
        {
            "name": person,
            "places": {focus: persons.token_for(focus, room, f"camera-{person}")},
            "publishes": publishes,
            "clip": f"{INSIDE}/clips/{FILM}",
            "start": begun + BEFORE,
            "seconds": SECONDS,
        }
        for person, publishes in ((SPEAKER, focus), (LISTENER, ""))
    ]
    with wall(persons, LISTENER):
        shown, watched = persons.call([], cameras=both)
    return {"fault": name, "focus": focus, **verdict(shown, watched)}


def verdict(shown: dict[str, Any], watched: dict[str, Any]) -> dict[str, Any]:
    """Say how much of the film was seen, and how long the way in took."""
    wrong = [one["error"].splitlines()[-1] for one in (shown, watched) if "error" in one]
    if wrong:
        return {"error": "; ".join(wrong)}
    (way,) = films.ways_of({"cameras": [shown, watched], "seconds": SECONDS})
    return {
        "sent": way["sentFrames"],
        "shown": way["shown"],
        "frozenSeconds": round(way["frozenSeconds"], 1),
        "connectSeconds": round(watched["connectSeconds"], 1),
    }
