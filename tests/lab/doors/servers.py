"""Doors of servers that speak HTTP, and of Redis."""

import http.client
import json
import socket
import time
from typing import Any

from doors import keys, tls

PATIENCE = 2.0
NO = (401, 403)
GOOD = 200
# Who tries too often is asked to wait.
TOO_OFTEN, PAUSE, PAUSES = 429, 2.0, 60
# What the proxy says of a path that it does not lead anywhere.
NOWHERE = b"404 page not found"
ROOM = "thief"


def api(door: dict[str, Any], secret: str) -> bool:
    """Make a room by LiveKit's API."""
    grants = {"roomCreate": True, "roomList": True, "roomAdmin": True, "room": ROOM}
    path = "/twirp/livekit.RoomService/CreateRoom"
    return asked(door, "POST", path, signed(door, secret, grants), {"name": ROOM})


def call(door: dict[str, Any], secret: str) -> bool:
    """Join a call with a token of one's own."""
    token = signed(door, secret, {"roomJoin": True, "room": ROOM})
    return asked(door, "GET", f"/rtc/validate?access_token={token}", token)


def signed(door: dict[str, Any], secret: str, grants: dict[str, Any]) -> str:
    """Sign a token of LiveKit. The key's name is no secret: who knows it has it in the door."""
    return keys.token(secret, grants, guess=door.get("key", keys.GUESS))


def bearer(door: dict[str, Any], secret: str) -> bool:
    """Show a secret as a token: to a homeserver, a broker."""
    word = " ".join(secret.split())
    return asked(door, door.get("method", "GET"), door["path"], word, door.get("body"))


def login(door: dict[str, Any], secret: str) -> bool:
    """Log in to a homeserver with a secret as the password of `user`."""
    who = {"type": "m.id.user", "user": door["user"]}
    body = {"type": "m.login.password", "identifier": who, "password": secret}
    return answered(door, "POST", "/_matrix/client/v3/login", body=body)[0] == GOOD


def openid(door: dict[str, Any], secret: str) -> bool:
    """Ask a token service for a pass, with a secret as the proof of who one is at `server`."""
    proof = {"access_token": secret, "matrix_server_name": door["server"]}
    body = {"room": door["room"], "device_id": "THIEF", "openid_token": proof}
    return answered(door, "POST", door["path"], body=body)[0] == GOOD


def asked(door: dict[str, Any], method: str, path: str, token: str, body: object = None) -> bool:
    """Ask, and tell whether the answer is anything but a no."""
    status, said = answered(door, method, path, token, body)
    return not (status in (*NO, 0) or status == 404 and said.strip() == NOWHERE)


def answered(
    door: dict[str, Any], method: str, path: str, token: str = "", body: object = None
) -> tuple[int, bytes]:
    """Ask, and give status and text of the answer; status 0 when there is none."""
    headers = {"Host": door["name"]} | ({"Authorization": f"Bearer {token}"} if token else {})
    if "socket" in door:
        # Behind the guard, which says where people come from.
        headers["X-Forwarded-For"] = "127.0.0.1"
    text = None if body is None else json.dumps(body)
    if text:
        headers["Content-Type"] = "application/json"
    for _ in range(PAUSES):
        try:
            connection = connected(door)
            connection.request(method, path, text, headers)
            answer = connection.getresponse()
            said = answer.read()
            connection.close()
        except (OSError, http.client.HTTPException, UnicodeError, ValueError):
            return 0, b""
        if answer.status != TOO_OFTEN:
            return answer.status, said
        time.sleep(PAUSE)
    raise TimeoutError(f"{door['label']} is never open to attempts")


def connected(door: dict[str, Any]) -> http.client.HTTPConnection:
    """Connect to an address by whatever name."""
    patience = door.get("patience", PATIENCE)
    if "socket" in door:
        plain = socket.socket(socket.AF_UNIX)
        plain.settimeout(patience)
        plain.connect(door["socket"])
    else:
        plain = socket.create_connection((door["address"], door["port"]), patience)
    made = http.client.HTTPConnection(door["name"], timeout=patience)
    made.sock = tls.wrapped(plain, door["name"]) if door.get("tls") else plain
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
