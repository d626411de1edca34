"""A relay's door: an allocation of TURN (RFC 8656) with credentials made of a secret.

Over UDP, or over TLS where the door says so.
"""

import base64
import hashlib
import hmac
import secrets
import socket
import struct
import time
from collections.abc import Iterator
from contextlib import nullcontext, suppress
from typing import Any

from doors import keys, tls

PATIENCE = 2.0
# Of a datagram, which may be lost (RFC 8489, section 6.2.1).
SENT = 3
COOKIE = 0x2112A442
ALLOCATE, SUCCESS, ERROR = 0x0003, 0x0103, 0x0113
USERNAME, INTEGRITY, CODE, REALM, NONCE, TRANSPORT = 0x6, 0x8, 0x9, 0x14, 0x15, 0x19
UDP = b"\x11\0\0\0"
# Those of coturn, and those of LiveKit's.
NO = (401, 400)
# What opened before is still there, and had the port that this attempt got (RFC 8656, section 7.2).
MISMATCH, TRIES = 437, 20
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
Attributes = dict[int, bytes]


def opens(door: dict[str, Any], secret: str) -> bool:
    """Ask for an allocation with all that a secret can be."""
    return any(allocated(door, *one) for one in credentials(secret))


def credentials(secret: str, lives: float = 600) -> Iterator[tuple[str, str]]:
    """Give user and password: those of a shared secret, and those of LiveKit's own relay."""
    until = int(time.time() + lives)
    user = f"{until}:thief"
    proof = hmac.digest(secret.strip().encode(), user.encode(), hashlib.sha1)
    yield user, base64.b64encode(proof).decode()
    # livekit: pkg/service/turn.go.
    key, text = keys.pair(secret)
    password = hashlib.sha256(f"{text}|PA_thief|{until}".encode()).digest()
    yield base62(f"{key}|PA_thief|{until}".encode()), base62(password)


def base62(data: bytes) -> str:
    """Encode as jxskiss/base62 does: six bits a letter, five if they are many."""
    number, left, found = int.from_bytes(data, "big"), 8 * len(data), ""
    while left > 0:
        taken, bits = min(6, left), number & 0x3F
        if bits & 0x1E == 0x1E and (left > 6 or bits > 0x1F):
            taken, bits = 5, bits & 0x1F
        found += LETTERS[bits]
        number, left = number >> taken, left - taken
    return found


def allocated(door: dict[str, Any], user: str, password: str) -> bool:
    """Tell whether the relay gives anything but a no."""
    for _ in range(TRIES):
        try:
            kind, said = answered(door, user, password)
        except OSError:
            return False
        if kind != ERROR or code(said) != MISMATCH:
            return kind != ERROR or code(said) not in NO
    raise TimeoutError(f"{door['label']}: every port of ours has an allocation")


def answered(door: dict[str, Any], user: str, password: str) -> tuple[int, Attributes]:
    """Ask for an allocation, and give kind and attributes of the answer."""
    with connected(door) as one:
        _, said = exchange(one, {TRANSPORT: UDP}, b"")
        realm, nonce = said.get(REALM, b""), said.get(NONCE, b"")
        key = hashlib.md5(b":".join([user.encode(), realm, password.encode()])).digest()
        asked = {TRANSPORT: UDP, USERNAME: user.encode(), REALM: realm, NONCE: nonce}
        return exchange(one, asked, key)


def connected(door: dict[str, Any]) -> socket.socket:
    """Connect, with TLS by a name if the door has it."""
    at = door["address"], door["port"]
    if door.get("tls"):
        return tls.wrapped(socket.create_connection(at, PATIENCE), door["name"])
    one = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    one.settimeout(PATIENCE)
    one.connect(at)
    return one


def code(said: Attributes) -> int:
    """Give the number of an error."""
    _, hundreds, rest = struct.unpack("!HBB", said[CODE][:4])
    return int(hundreds * 100 + rest)


def exchange(one: socket.socket, asked: Attributes, key: bytes) -> tuple[int, Attributes]:
    """Send a request, signed if there is a key, and give kind and attributes of the answer."""
    body = b"".join(attribute(kind, value) for kind, value in asked.items())
    length = len(body) + (24 if key else 0)
    head = struct.pack("!HHI12s", ALLOCATE, length, COOKIE, secrets.token_bytes(12))
    if key:
        body += attribute(INTEGRITY, hmac.digest(key, head + body, hashlib.sha1))
    said = sent(one, head + body)
    return struct.unpack("!H", said[:2])[0], dict(attributes(said[20:]))


def sent(one: socket.socket, request: bytes) -> bytes:
    """Send a request, a datagram more than once, and give the answer to it."""
    for left in reversed(range(SENT if one.type == socket.SOCK_DGRAM else 1)):
        one.sendall(request)
        with suppress(TimeoutError) if left else nullcontext():
            return answer(one, request[8:20])
    raise TimeoutError("no answer")


def answer(one: socket.socket, transaction: bytes) -> bytes:
    """Wait for the answer of a transaction; those to what was sent twice are left."""
    while True:
        said = one.recv(2048)
        if len(said) < 20:
            raise ConnectionError("no answer")
        if said[8:20] == transaction:
            return said


def attribute(kind: int, value: bytes) -> bytes:
    """Give one attribute as it is sent."""
    return struct.pack("!HH", kind, len(value)) + value + b"\0" * (-len(value) % 4)


def attributes(body: bytes) -> Iterator[tuple[int, bytes]]:
    """Read all attributes."""
    while len(body) >= 4:
        kind, length = struct.unpack("!HH", body[:4])
        yield kind, body[4 : 4 + length]
        body = body[4 + length + -length % 4 :]
