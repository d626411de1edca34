"""Tries every secret at every door.

Reads `{"secrets": {name: text}, "doors": [{"label", "kind", "address", "port", …}]}` as JSON from
standard input, and prints `{label: [names of the secrets that open it]}` for doors that open. Kinds
and what else such a door has are in `KINDS`. A door counts as shut only when nobody is there or
when it says no in words that are known here; any other answer counts as open.
"""

import json
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from doors import presence, relay, servers

KINDS = {
    "api": servers.api,
    "call": servers.call,
    "bearer": servers.bearer,
    "login": servers.login,
    "openid": servers.openid,
    "redis": servers.redis,
    "relay": relay.opens,
}
AT_ONCE = 64


def opened(wanted: dict[str, Any]) -> dict[str, list[str]]:
    """Give the doors that open, and which secrets do it."""

    def attempt(pair: tuple[dict[str, Any], str]) -> bool:
        door, name = pair
        return KINDS[door["kind"]](door, wanted["secrets"][name])

    found: dict[str, list[str]] = {}
    with ThreadPoolExecutor(AT_ONCE) as pool:
        places = {presence.place(door): door for door in wanted["doors"]}
        there = dict(zip(places, pool.map(presence.answers, places.values()), strict=True))
        doors = [door for door in wanted["doors"] if there[presence.place(door)]]
        pairs = [(door, name) for door in doors for name in wanted["secrets"]]
        for (door, name), does in zip(pairs, pool.map(attempt, pairs), strict=True):
            if does and name not in found.setdefault(door["label"], []):
                found[door["label"]].append(name)
    return {label: names for label, names in found.items() if names}


if __name__ == "__main__":
    print(json.dumps(opened(json.load(sys.stdin))))
