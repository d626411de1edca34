"""Whether anybody is behind a door at all: asked once, instead of with every secret."""

import socket
from typing import Any

from doors import relay

TRIES = 2
Place = tuple[str, int, bool]


def place(door: dict[str, Any]) -> Place:
    """Give where a door is: two doors in one place are there or not together."""
    return door.get("socket") or door["address"], door.get("port", 0), is_udp(door)


def answers(door: dict[str, Any]) -> bool:
    """Tell whether somebody takes a connection, or says anything over UDP."""
    return any(_answers(door) for _ in range(TRIES))


def is_udp(door: dict[str, Any]) -> bool:
    """Tell whether a door is one of UDP."""
    return door["kind"] == "relay" and not door.get("tls")


def _answers(door: dict[str, Any]) -> bool:
    if "socket" in door:
        return True
    try:
        if is_udp(door):
            with relay.connected(door) as one:
                relay.exchange(one, {relay.TRANSPORT: relay.UDP}, b"")
        else:
            socket.create_connection((door["address"], door["port"]), relay.PATIENCE).close()
    except OSError:
        return False
    return True
