"""From what cameras sent and screens saw to the rows of the report."""

from typing import Any

from measure import rows, world
from measure.calls import SCENARIOS


def of(calls: list[dict[str, Any]], idle: float) -> list[dict[str, Any]]:
    """Give the rows of the calls that have cameras."""
    chosen = [one for one in SCENARIOS if one.film]
    return rows.each(chosen, calls, idle, "cameras", figures)


def figures(calls: list[dict[str, Any]]) -> dict[str, Any]:
    """Give the figures of some calls together, and the slowest direction."""
    ways = [way for call in calls for way in ways_of(call)]
    said = [one for call in calls for one in call["cameras"]]
    seconds = sum(way["seconds"] for way in ways)
    sent = sum(way["sentFrames"] for way in ways)
    packets = sum(way["packets"] for way in ways)
    # One that never came was not there at the first try either.
    late = sum(way["repaired"] + way["missing"] for way in ways)
    return {
        "size": sorted({f"{way['width']}×{way['height']}" for way in ways if way["width"]}),
        "streams": len(ways) // len(calls),
        "sentRate": 8e-6 * sum(way["sentBytes"] for way in ways) / max(seconds, 1e-9),
        "rate": 8e-6 * sum(way["bytes"] for way in ways) / max(seconds, 1e-9),
        "delay": rows.quantiles([one for way in ways for one in way["delays"]]),
        "physical": sorted({way["physical"] for way in ways}),
        "lostFirst": 100 * late / max(packets, 1),
        "lost": 100 * sum(way["missing"] for way in ways) / max(packets, 1),
        "shown": 100 * sum(way["shown"] for way in ways) / max(sent, 1),
        "freezes": 60 * sum(way["freezes"] for way in ways) / max(seconds, 1e-9),
        # What was sent last may be seen after the end.
        "frozen": min(100, 100 * sum(way["frozenSeconds"] for way in ways) / max(seconds, 1e-9)),
        "idle": min(call["idle"] for call in calls),
        "clientProcessors": sum(one["cpuSeconds"] for one in said)
        / max(sum(call["seconds"] for call in calls), 1e-9),
        "connectSeconds": max((one["connectSeconds"] for one in said), default=0.0),
        "ways": [
            {"from": way["from"], "to": way["to"], "delay": rows.quantiles(way["delays"])}
            | {"physical": way["physical"]}
            for way in ways
        ],
    }


def ways_of(call: dict[str, Any]) -> list[dict[str, Any]]:
    """Give what each screen saw of each camera; a camera of which nothing came is there, too."""
    found = []
    nothing = dict.fromkeys(
        ("width", "height", "bytes", "packets", "repaired", "missing", "shown", "freezes"), 0
    )
    for camera in (one for one in call["cameras"] if one["sentFrames"]):
        for screen in (one for one in call["cameras"] if one is not camera):
            seen = {one["from"]: one for one in screen["watched"]}
            own = seen.get(f"camera-{camera['name']}", {})
            way = {**nothing, "frozenSeconds": call["seconds"], **own}
            way |= {"from": camera["name"], "to": screen["name"], "seconds": call["seconds"]}
            way |= {name: camera[name] for name in ("sentFrames", "sentBytes")}
            way["delays"] = own.get("delays") or []
            way["physical"] = world.physical(camera["name"], screen["name"])
            found.append(way)
    return found
