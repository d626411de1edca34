"""Whether a media server and a relay still admit people when its clock is another than the core's.

Containers share one clock, so what is signed is shifted instead. Reads `{"server": door, "key",
"relay": door, "secret"}` as JSON from standard input, and prints `{"server": [[seconds, admitted],
…], "relay": …}`: by how many seconds the clock of each is ahead.
"""

import json
import sys
from typing import Any

from doors import keys, relay, servers

# What the token service gives: good since five seconds ago, and for an hour (lk-jwt-service).
BEFORE, LIFETIME = 5, 3600
# What LiveKit gives with the address of a relay (`rtc.turn_servers`, default).
RELAY_LIFETIME = 14400
SERVER_AHEAD = (-3600, -300, -90, -60, -30, 0, 1800, 3500, 3720, 7200)
RELAY_AHEAD = (-86400, 0, 14000, 14500)


def admits(door: dict[str, Any], key: str, ahead: int) -> bool:
    """Tell whether a server that is so far ahead admits who comes with a new token."""
    grants = {"roomJoin": True, "room": servers.ROOM}
    token = keys.token(key, grants, born=-BEFORE - ahead, lives=BEFORE + LIFETIME)
    return servers.asked(door, "GET", f"/rtc/validate?access_token={token}", token)


def relays(door: dict[str, Any], secret: str, ahead: int) -> bool:
    """Tell whether a relay that is so far ahead takes a new credential."""
    user, password = next(relay.credentials(secret, RELAY_LIFETIME - ahead))
    return relay.allocated(door, user, password)


def told(wanted: dict[str, Any]) -> dict[str, list[tuple[int, bool]]]:
    """Try all shifts."""
    server, key = wanted["server"], wanted["key"]
    turn, secret = wanted["relay"], wanted["secret"]
    return {
        "server": [(ahead, admits(server, key, ahead)) for ahead in SERVER_AHEAD],
        "relay": [(ahead, relays(turn, secret, ahead)) for ahead in RELAY_AHEAD],
    }


if __name__ == "__main__":
    print(json.dumps(told(json.load(sys.stdin))))
