"""What a media server's API for rooms says to somebody who has its key.

Runs inside machines: `python3 -m doors.rooms`. Reads `{"room", "calls", "doors": [{"name",
"address", "port", "tls", "key"}]}` as JSON from standard input, and prints `[[[status, text], …],
…]`: for each door, in their order, what it says to each call. The token is good for everything.
"""

import json
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from doors import keys, servers

PATH = "/twirp/livekit.RoomService"
AT_ONCE = 16


def said(door: dict[str, Any], calls: list[str], room: str) -> list[tuple[int, str]]:
    """Give status and text of the answer to each call; status 0 where nobody is."""
    grants = {"roomCreate": True, "roomList": True, "roomAdmin": True, "room": room}
    token = keys.token(door["key"], grants)
    body = {"ListRooms": {}, "CreateRoom": {"name": room}, "DeleteRoom": {"room": room}}
    answers = [servers.answered(door, "POST", f"{PATH}/{one}", token, body[one]) for one in calls]
    return [(status, text.decode(errors="replace").strip()) for status, text in answers]


def told(wanted: dict[str, Any]) -> list[list[tuple[int, str]]]:
    """Ask at every door."""
    calls, room = wanted["calls"], wanted["room"]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(lambda door: said(door, calls, room), wanted["doors"]))


if __name__ == "__main__":
    print(json.dumps(told(json.load(sys.stdin))))
