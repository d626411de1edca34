"""Doors of servers that speak HTTP, and of Redis."""

import http.client
import json
import socket
import ssl
from typing import Any

from doors import keys

PATIENCE = 2.0
NO = (401, 403)
# What the proxy says of a path that it does not lead anywhere.
NOWHERE = b"404 page not found"
ROOM = "thief"


def api(door: dict[str, Any], secret: str) -> bool:
    """Make a room by LiveKit's API."""
    grants = {"roomCreate": True, "roomList": True, "roomAdmin": True, "room": ROOM}
    path = "/twirp/livekit.RoomService/CreateRoom"
    return asked(door, "POST", path, keys.token(secret, grants), {"name": ROOM})


def call(door: dict[str, Any], secret: str) -> bool:
    """Join a call with a token of one's own."""
    token = keys.token(secret, {"roomJoin": True, "room": ROOM})
    return asked(door, "GET", f"/rtc/validate?access_token={token}", token)


def bearer(door: dict[str, Any], secret: str) -> bool:
    """Show a secret as a token: to a homeserver, a broker."""
    word = " ".join(secret.split())
    return asked(door, door.get("method", "GET"), door["path"], word, door.get("body"))


def asked(door: dict[str, Any], method: str, path: str, token: str, body: object = None) -> bool:
    """Ask, and tell whether the answer is anything but a no."""
    headers = {"Host": door["name"], "Authorization": f"Bearer {token}"}
    text = None if body is None else json.dumps(body)
    if text:
        headers["Content-Type"] = "application/json"
    try:
        connection = connected(door)
        connection.request(method, path, text, headers)
        answer = connection.getresponse()
        said = answer.read()
    except (OSError, http.client.HTTPException):
        return False
    return not (answer.status in NO or answer.status == 404 and said.strip() == NOWHERE)


def connected(door: dict[str, Any]) -> http.client.HTTPConnection:
    """Connect to an address by whatever name; a thief does not look at certificates."""
    at = door["address"], door["port"]
    plain = socket.create_connection(at, PATIENCE)
    made = http.client.HTTPConnection(*at, timeout=PATIENCE)
    made.sock = plain
    if door.get("tls"):
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        made.sock = context.wrap_socket(plain, server_hostname=door["name"])
    return made


def redis(door: dict[str, Any], secret: str) -> bool:
    """Show the password, and ask for something."""
    word = secret.strip().encode()
    commands = ([b"AUTH", word], [b"PING"])
    try:
        with socket.create_connection((door["address"], door["port"]), PATIENCE) as wire:
            for words in commands:
                parts = [b"$%d\r\n%s\r\n" % (len(one), one) for one in words]
                wire.sendall(b"*%d\r\n%s" % (len(words), b"".join(parts)))
            said = wire.recv(4096)
            while said.count(b"\r\n") < len(commands) and (more := wire.recv(4096)):
                said += more
    except OSError:
        return False
    return b"+PONG" in said
