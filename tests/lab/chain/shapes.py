"""What HTTP/2 can say and no client says, each on a connection of its own; a line of JSON for each.

    python3 -m chain.shapes --address HOST:PORT --tls NAME --room ROOM --event EVENT --token TOKEN

Behind each is a deletion, or a room that is encrypted. Some of them are a message that is allowed
for whoever reads them as they are meant: exactly that may arrive, and nothing else.
"""

import argparse
import base64
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace

from chain import frames
from chain.frames import CANCEL, DATA, END_HEADERS, END_STREAM, GOAWAY, HEADERS, RESET, Fields
from chain.relay import CASE

BODY = b'{"msgtype":"m.text","body":"hello"}'
ROOM_BODY = (
    b'{"initial_state":[{"type":"m.room.encryption","state_key":"","content":{}},'
    b'{"type":"m.room.redaction","state_key":"","content":{"redacts":"$x"}}]}'
)
Frames = list[tuple[int, int, bytes]]


@dataclass(frozen=True)
class Shape:
    """A request: its frames, without the number of the stream."""

    name: str
    frames: Frames
    # The path of a message that may arrive, and with which body; one that ends early only in part.
    message: str = ""
    body: bytes = BODY
    # The client closes behind the last frame.
    closes: bool = False


class Shapes:
    """Requests to a room of somebody's."""

    def __init__(self, options: argparse.Namespace) -> None:
        """Say where and who."""
        self.api = bytes(options.tls, "ascii")
        self.token = bytes(options.token, "ascii")
        room = f"/_matrix/client/v3/rooms/{options.room}"
        self.send = f"{room}/send/m.room.message/"
        self.redact = bytes(f"{room}/redact/{options.event}/", "ascii")
        self.name = ""

    def fields(self, method: bytes, path: bytes, *more: tuple[bytes, bytes]) -> Fields:
        """Give the usual fields, and more of them behind."""
        pseudo = [(b":method", method), (b":scheme", b"https"), (b":authority", self.api)]
        return [*pseudo, (b":path", path), *self.own(), *more]

    def own(self) -> list[tuple[bytes, bytes]]:
        """Give the fields that are no pseudo-headers."""
        token = (b"authorization", b"Bearer " + self.token)
        kind = (b"content-type", b"application/json")
        return [(CASE.encode(), self.name.encode()), token, kind]

    def hidden(self, end: bytes = b"") -> bytes:
        """Give a deletion as HTTP/1.1 says it."""
        return (
            end + b"PUT " + self.redact + b"hidden HTTP/1.1\r\nHost: " + self.api + b"\r\n"
            b"Authorization: Bearer " + self.token + b"\r\nContent-Length: 2\r\n\r\n{}"
        )

    def all(self) -> Iterator[Shape]:
        """Give all of them."""
        yield self.writes("message")
        self.name = "deletion"
        yield self.deletion(self.name, self.fields(b"PUT", self.redact + b"0"))
        for part in (self.targets, self.hosts, self.methods, self.framing, self.texts, self.ends):
            yield from part()

    def deletion(self, name: str, fields: Fields, body: bytes = b"{}") -> Shape:
        """Give a request that must not arrive."""
        return Shape(name, whole(fields, body))

    def writes(self, name: str, *more: tuple[bytes, bytes], body: bytes = BODY) -> Shape:
        """Give a message with more fields, in whose body something may be hidden."""
        self.name = name
        path = self.send + name
        fields = self.fields(b"PUT", path.encode(), *more)
        return Shape(name, whole(fields, body), path, body)

    def targets(self) -> Iterator[Shape]:
        """Give those about the path."""
        send, redact = self.send.encode(), self.redact
        for name, path in {
            "path-rootless": b"x:http://h" + redact + b"1",
            "path-absolute": b"https://" + self.api + redact + b"2",
            "path-absolute-other": b"http://other.example" + redact + b"3",
            "path-without-slash": redact[1:] + b"4",
            "path-two-slashes": b"//" + self.api + redact + b"5",
            "path-asterisk": b"*",
            "path-empty": b"",
            "path-fragment": redact + b"6#x",
            "path-version": redact + b"7 HTTP/1.1",
            "path-lines": send + b"8 HTTP/1.1\r\nContent-Length: 0\r\n\r\n" + self.hidden(),
            "path-line-feed": send + b"9\n" + redact,
            "path-nul": send + b"10\0" + redact,
            "path-bytes": redact + b"\xff\xfe",
            "path-tab": redact + b"\t11",
        }.items():
            self.name = name
            yield self.deletion(name, self.fields(b"PUT", path))
        for name, first, second in [
            ("path-twice", send + b"12", redact + b"12"),
            ("path-twice-deletion-first", redact + b"13", send + b"13"),
        ]:
            self.name = name
            pseudo = self.fields(b"PUT", first)
            yield self.deletion(name, [*pseudo[:4], (b":path", second), *pseudo[4:]])
        self.name = "path-late"
        fields = self.fields(b"PUT", redact + b"14")
        yield self.deletion(self.name, [*fields[:3], *fields[4:], fields[3]])
        self.name = "path-late-second"
        late = (b":path", redact + b"15")
        yield self.deletion(self.name, self.fields(b"PUT", send + b"15", late))
        self.name = "path-missing"
        fields = self.fields(b"PUT", b"")
        yield self.deletion(self.name, [*fields[:3], *fields[4:]])

    def hosts(self) -> Iterator[Shape]:
        """Give those about host and scheme."""
        other = (b"host", b"other.example")
        yield self.writes("host-other", other)
        yield self.writes("host-twice", (b"host", self.api), other)
        for name, authority, host, scheme in [
            ("host-other-deletion", self.api, b"other.example", b"https"),
            ("authority-other", b"other.example", self.api, b"https"),
            ("authority-missing", None, self.api, b"https"),
            ("authority-empty", b"", self.api, b"https"),
            ("authority-user", b"a@" + self.api, b"", b"https"),
            ("authority-path", self.api + b"/_matrix/client/versions?", b"", b"https"),
            ("authority-lines", self.api + b"\r\nX-A: 1", b"", b"https"),
            ("scheme-plain", self.api, b"", b"http"),
            ("scheme-lines", self.api, b"", b"https\r\nX-A: 1"),
            ("scheme-path", self.api, b"", b"https://h/_matrix/client/versions?"),
        ]:
            self.name = name
            fields = [(b":method", b"PUT"), (b":scheme", scheme)]
            fields += [] if authority is None else [(b":authority", authority)]
            fields += [(b":path", self.redact + b"20"), *self.own()]
            yield self.deletion(name, [*fields, *([(b"host", host)] if host else [])])
        self.name = "scheme-missing"
        fields = list(self.fields(b"PUT", self.redact + b"21"))
        yield self.deletion(self.name, [fields[0], *fields[2:]])

    def methods(self) -> Iterator[Shape]:
        """Give those about the method."""
        for name, method in {
            "method-lower": b"put",
            "method-mixed": b"Put",
            "method-space": b"PUT ",
            "method-lines": b"PUT / HTTP/1.1\r\nContent-Length: 0\r\n\r\nPUT",
            "method-nul": b"PUT\0",
            "method-bytes": b"P\xc3\x9cT",
            "method-empty": b"",
            "method-unknown": b"PROPPATCH",
            "method-preface": b"PRI",
        }.items():
            self.name = name
            yield self.deletion(name, self.fields(method, self.redact + b"30"))
        self.name = "method-twice"
        fields = self.fields(b"GET", self.redact + b"31")
        yield self.deletion(self.name, [fields[0], (b":method", b"PUT"), *fields[1:]])
        self.name = "tunnel"
        authority = (b":authority", self.api + b":443")
        connect = [(b":method", b"CONNECT"), authority, *self.own()]
        yield self.deletion(self.name, connect, self.hidden())
        self.name = "tunnel-protocol"
        fields = self.fields(b"CONNECT", self.redact + b"32")
        socket = (b":protocol", b"websocket")
        yield self.deletion(self.name, [*fields[:4], socket, *fields[4:]], self.hidden())
        self.name = "pseudo-unknown"
        fields = self.fields(b"PUT", self.redact + b"33")
        yield self.deletion(self.name, [*fields[:4], (b":x", b"1"), *fields[4:]])

    def framing(self) -> Iterator[Shape]:
        """Give those about where a body ends."""
        chunked = (b"transfer-encoding", b"chunked")
        length, both = b"%d" % len(BODY), BODY + self.hidden()
        yield self.writes("coding-chunked", chunked, body=self.hidden(b"0\r\n\r\n"))
        lengths = (b"content-length", b"5")
        yield self.writes("coding-and-length", chunked, lengths, body=self.hidden(b"0\r\n\r\n"))
        yield self.writes("coding-gzip", (b"te", b"gzip"))
        for name, field in {
            "connection-close": (b"connection", b"close"),
            "connection-named": (b"connection", b"authorization, content-length"),
            "connection-kept": (b"keep-alive", b"timeout=5"),
            "connection-proxy": (b"proxy-connection", b"keep-alive"),
            "connection-upgrade": (b"upgrade", b"h2c"),
            "length-short": (b"content-length", length),
            "length-long": (b"content-length", b"%d" % (len(both) + 50)),
        }.items():
            yield self.writes(name, field, body=both)
        # Go takes what is no number for 0, and passes on a message without a body.
        for name, size in {
            "length-zero": b"0",
            "length-plus": b"+" + length,
            "length-negative": b"-1",
            "length-list": length + b", " + length,
            "length-hex": b"0x23",
            "length-huge": b"18446744073709551651",
        }.items():
            shape = self.writes(name, (b"content-length", size), body=both)
            yield replace(shape, body=b"")
        shape = self.writes("length-short-in-two", (b"content-length", length))
        head, (_, _, data) = shape.frames
        pieces = [head, (DATA, 0, data), (DATA, END_STREAM, self.hidden())]
        yield replace(shape, frames=pieces)
        twice = [(b"content-length", size) for size in (length, b"%d" % len(both))]
        yield self.writes("length-twice", *twice, body=both)
        for name, field in {
            "trailer-path": (b":path", self.redact + b"40"),
            "trailer-length": (b"content-length", b"0"),
            "trailer-coding": (b"transfer-encoding", b"chunked"),
            "trailer-lines": (b"x-a", self.hidden(b"1\r\n\r\n")),
        }.items():
            shape = self.writes(name)
            trailer = (HEADERS, END_STREAM | END_HEADERS, frames.block([field]))
            yield replace(shape, frames=[shape.frames[0], (DATA, 0, BODY), trailer])
        shape = self.writes("head-in-the-middle")
        again = frames.block(self.fields(b"PUT", self.redact + b"41"))
        middle = [shape.frames[0], (DATA, 0, BODY[:9]), (HEADERS, END_HEADERS, again)]
        yield replace(shape, frames=[*middle, (DATA, END_STREAM, BODY[9:])])
        shape = self.writes("body-behind-the-end")
        more = (DATA, END_STREAM, self.hidden())
        yield replace(shape, frames=[*shape.frames, more])

    def texts(self) -> Iterator[Shape]:
        """Give those about names and values."""
        lines = self.hidden(b"1\r\nContent-Length: 0\r\n\r\n")
        for name, field in {
            "name-upper-case": (b"X-A", b"1"),
            "name-upper-case-length": (b"Content-Length", b"0"),
            "name-upper-case-coding": (b"Transfer-Encoding", b"chunked"),
            "name-space": (b"x a", b"1"),
            "name-colon": (b"transfer-encoding: chunked\r\nx", b"1"),
            "name-empty": (b"", b"1"),
            "name-nul": (b"x\0", b"1"),
            "name-bytes": (b"x-\xff", b"1"),
            "value-lines": (b"x-a", lines),
            "value-line-feed": (b"x-a", b"1\ntransfer-encoding: chunked"),
            "value-return": (b"x-a", b"1\rtransfer-encoding: chunked"),
            "value-nul": (b"x-a", b"1\0"),
            "value-space": (b"x-a", b" transfer-encoding: chunked "),
            "value-bytes": (b"x-a", b"\xff\x80"),
            "value-lines-in-case": (CASE.encode(), lines),
            "value-lines-in-cookie": (b"cookie", lines),
            "expectation": (b"expect", b"100-continue"),
        }.items():
            yield self.writes(name, field)

    def ends(self) -> Iterator[Shape]:
        """Give those that break off."""
        for name, behind, closes in [
            ("ends-by-reset", [(RESET, 0, CANCEL.to_bytes(4, "big"))], False),
            ("ends-by-goaway", [(GOAWAY, 0, bytes(8))], True),
            ("ends-by-close", [], True),
        ]:
            for kind, length in {"": [], "-length": [(b"content-length", b"900")]}.items():
                shape = self.writes(name + kind, *length, body=BODY + self.hidden())
                head, (_, _, data) = shape.frames
                pieces = [head, (DATA, 0, data), *behind]
                yield replace(shape, frames=pieces, closes=closes)
        self.name = "ends-in-judged-body"
        fields = self.fields(b"POST", b"/_matrix/client/v3/createRoom")
        head = (HEADERS, END_HEADERS, frames.block(fields))
        yield Shape(self.name, [head, (DATA, 0, ROOM_BODY)], closes=True)


def whole(fields: Fields, body: bytes) -> Frames:
    """Give head and body."""
    return [(HEADERS, END_HEADERS, frames.block(fields)), (DATA, END_STREAM, body)]


def play(shape: Shape, address: str, name: str) -> dict[str, object]:
    """Send the frames and give what came back."""
    connection = frames.Connection(address, name)
    number = connection.begin()
    for kind, flags, payload in shape.frames:
        connection.write(frames.frame(kind, flags, 0 if kind == GOAWAY else number, payload))
        if kind == RESET:
            connection.streams[number].has_ended = True
    if not shape.closes:
        connection.read()
    connection.close()
    stream = connection.streams[number]
    return {**frames.answer(stream), "goaway": connection.goaway}


def main() -> None:
    """Do what the command line says."""
    parser = argparse.ArgumentParser()
    for word in ("address", "tls", "room", "event", "token"):
        parser.add_argument(f"--{word}", required=True)
    options = parser.parse_args()
    for shape in Shapes(options).all():
        about = {
            "case": shape.name,
            "target": shape.message,
            "expected": base64.b64encode(shape.body).decode(),
            "ends": shape.name.startswith("ends-"),
        }
        answer = play(shape, options.address, options.tls)
        sys.stdout.write(json.dumps({**about, **answer}) + "\n")


if __name__ == "__main__":
    main()
