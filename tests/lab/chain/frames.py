"""HTTP/2 written by hand (RFC 9113, RFC 7541): what no client library would send.

Header fields go out as they are, as literals without a table; of an answer the status and the
body are read.
"""

import hashlib
import socket
import ssl
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count

from chain.cases import Case

LIMIT = 20.0
SHOWN = 600
DATA, HEADERS, RESET, SETTINGS, PING, GOAWAY, CONTINUATION = 0, 1, 3, 4, 6, 7, 9
END_STREAM, END_HEADERS, ACK = 1, 4, 1
CANCEL = 8
PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
# No table, no pushing; a window in which every answer has its place.
OWN_SETTINGS = bytes.fromhex("000100000000 000200000000 00047fffffff")
INDEXED_STATUS = {8: 200, 9: 204, 10: 206, 11: 304, 12: 400, 13: 404, 14: 500}
# Huffman's codes of the digits (RFC 7541, appendix B).
DIGITS = {f"{digit:05b}": digit for digit in range(3)}
DIGITS |= {f"{digit + 22:06b}": digit for digit in range(3, 10)}
Fields = Sequence[tuple[bytes, bytes]]


@dataclass
class Stream:
    """What came back on a stream."""

    statuses: list[int] = field(default_factory=list)
    body: bytes = b""
    # The code of a reset.
    reset: int | None = None
    has_ended: bool = False


class Connection:
    """A connection with TLS; what is written on it is not looked at."""

    def __init__(self, address: str, name: str) -> None:
        """Open it."""
        host, _, port = address.rpartition(":")
        context = ssl.create_default_context()
        context.minimum_version = ssl.TLSVersion.TLSv1_3
        context.set_alpn_protocols(["h2"])
        stream = socket.create_connection((host, int(port)), timeout=LIMIT)
        self.socket = context.wrap_socket(stream, server_hostname=name)
        if self.socket.selected_alpn_protocol() != "h2":
            raise OSError("the other side does not speak HTTP/2")
        self.streams = dict[int, Stream]()
        self.numbers = count(1, 2)
        self.goaway: int | None = None
        self.is_open = True
        self.received = bytearray()
        self.write(PREFACE + frame(SETTINGS, 0, 0, OWN_SETTINGS))

    def write(self, data: bytes) -> None:
        """Send bytes; a refusal may come before the last one has been taken."""
        try:
            self.socket.sendall(data)
        except OSError:
            self.is_open = False

    def begin(self) -> int:
        """Give the number of a new stream."""
        number = next(self.numbers)
        self.streams[number] = Stream()
        return number

    def read(self) -> None:
        """Read until every stream has ended, or the connection."""
        while self.is_open and not all(stream.has_ended for stream in self.streams.values()):
            try:
                data = self.socket.recv(65536)
            except OSError:
                data = b""
            self.is_open = bool(data)
            self.received += data
            while frame_ := taken(self.received):
                self.look(*frame_)

    def look(self, kind: int, flags: int, number: int, payload: bytes) -> None:
        """Look at a frame."""
        stream = self.streams.get(number, Stream())
        if kind == SETTINGS and not flags & ACK:
            self.write(frame(SETTINGS, ACK, 0, b""))
        elif kind == PING and not flags & ACK:
            self.write(frame(PING, ACK, 0, payload))
        elif kind == GOAWAY:
            self.goaway = int.from_bytes(payload[4:8], "big")
            # Nothing comes behind an error; the connection itself is closed a second later.
            self.is_open = self.is_open and not self.goaway
        elif kind == RESET:
            stream.reset, stream.has_ended = int.from_bytes(payload, "big"), True
        elif kind == HEADERS and (found := status(payload)) >= 200:
            stream.statuses.append(found)
        elif kind == DATA:
            stream.body += payload
        if kind in (HEADERS, DATA) and flags & END_STREAM:
            stream.has_ended = True

    def close(self) -> None:
        """Close it, without a word."""
        self.socket.close()


def frame(kind: int, flags: int, number: int, payload: bytes) -> bytes:
    """Give a frame's bytes."""
    head = len(payload).to_bytes(3, "big") + bytes([kind, flags])
    return head + number.to_bytes(4, "big") + payload


def taken(buffer: bytearray) -> tuple[int, int, int, bytes] | None:
    """Take a frame from the front, if it is there."""
    length = int.from_bytes(buffer[:3], "big")
    if len(buffer) < 9 + length:
        return None
    kind, flags, number = buffer[3], buffer[4], int.from_bytes(buffer[5:9], "big")
    payload = bytes(buffer[9 : 9 + length])
    del buffer[: 9 + length]
    return kind, flags, number, payload


def block(fields: Fields) -> bytes:
    """Give a header block: literals without indexing, new names, no Huffman."""
    return b"".join(b"\0" + text(name) + text(value) for name, value in fields)


def text(value: bytes) -> bytes:
    """Give a string literal; its length has a prefix of seven bits."""
    if len(value) < 127:
        return bytes([len(value)]) + value
    rest, length = len(value) - 127, bytearray([127])
    while rest >= 128:
        length.append(rest % 128 + 128)
        rest //= 128
    return bytes(length) + bytes([rest]) + value


def status(payload: bytes) -> int:
    """Give the status, which is the first field; 0 where there is none, as in trailers."""
    while payload and payload[0] >> 5 == 1:
        payload = payload[1:]
    first = payload[0] if payload else 0
    if first & 0x80:
        return INDEXED_STATUS.get(first & 0x7F, 0)
    # Not indexed, never indexed, or with a place in the table; the name is one of these seven.
    if first & (0x3F if first & 0x40 else 0x0F) not in INDEXED_STATUS:
        return 0
    length = payload[1] & 0x7F
    value = payload[2 : 2 + length]
    return int(digits(value)) if payload[1] & 0x80 else int(value)


def digits(value: bytes) -> str:
    """Read digits in Huffman's code; what is left over fills the last byte."""
    bits, found = "".join(f"{byte:08b}" for byte in value), ""
    while size := next((size for size in (5, 6) if bits[:size] in DIGITS), 0):
        found += str(DIGITS[bits[:size]])
        bits = bits[size:]
    return found


def exchanges(chosen: Sequence[Case], address: str, name: str) -> Iterator[dict[str, object]]:
    """Play cases, all at once over one connection: all heads, then all bodies."""
    connection = Connection(address, name)
    numbers = [connection.begin() for _ in chosen]
    for number, case in zip(numbers, chosen, strict=True):
        flags = END_HEADERS if case.body else END_HEADERS | END_STREAM
        connection.write(frame(HEADERS, flags, number, block(fields_of(case))))
    for number, case in zip(numbers, chosen, strict=True):
        if case.body:
            connection.write(frame(DATA, END_STREAM, number, case.body))
    connection.read()
    connection.close()
    yield from (answer(connection.streams[number]) for number in numbers)


def fields_of(case: Case) -> Fields:
    """Give a case's header fields, without what HTTP/2 frames or says in its own way."""
    pairs = [(name.lower(), value) for name, value in case.headers()]
    own = [pair for pair in pairs if pair[0] not in (b"host", b"connection", b"transfer-encoding")]
    host = next(value for name, value in pairs if name == b"host")
    target = case.target.encode("latin-1")
    pseudo = [(b":method", case.method.encode()), (b":scheme", b"https")]
    return [*pseudo, (b":authority", host), (b":path", target), *own]


def answer(stream: Stream) -> dict[str, object]:
    """Give what a judge of the outcome wants to know."""
    return {
        "statuses": stream.statuses,
        # They are not read.
        "headers": None,
        "digest": hashlib.sha256(stream.body).hexdigest(),
        "text": stream.body[:SHOWN].decode(errors="replace"),
        "reset": stream.reset,
        "rest": "" if stream.statuses else f"reset with {stream.reset}",
    }
