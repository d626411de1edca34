"""What a client in a browser really sends of a camera."""

from typing import Any

from measure.persons import Persons

PERSON, FOCUS = "lon", "edge-lon"
# What is asked of the camera, and the bits of a second for the largest picture; 0: as usual.
ASKED = ((1280, 720, 0), (3840, 2160, 20_000_000))
# WebRTC begins with little and asks for more as the line carries it.
SETTLE, SECONDS = 10, 5
# In all, about.
TAKES = len(ASKED) * (SETTLE + SECONDS + 8.0)


def browsers(persons: Persons) -> list[dict[str, Any]]:
    """Let a browser show its camera, as it usually does, and as it does when asked for 4K."""
    found = []
    for width, height, bitrate in ASKED:
        wanted = {
            "name": PERSON,
            **persons.token_for(FOCUS, f"!{height}:example", "browser"),
            **{"width": width, "height": height, "bitrate": bitrate},
            **{"settle": SETTLE, "seconds": SECONDS},
        }
        (said,) = persons.call([wanted], "web-camera")
        found.append({"asked": [width, height], "bitrate": bitrate, **said})
    return found
