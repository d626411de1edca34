"""The corpus of `crates/ingress/tests/cases`, with names that exist on a real homeserver.

The format is described in `crates/testkit/src/requests.rs`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

LENGTH = re.compile(rb"content-length", re.IGNORECASE)
CODING = re.compile(rb"transfer-encoding", re.IGNORECASE)
SIZE = re.compile(rb"(0*)([0-9a-fA-F]+)([^\r\n]*\r\n)")
# What arrives is what the chunks hold.
CHUNKS = "<chunks>"


@dataclass(frozen=True)
class Case:
    """One request."""

    name: str
    policy: str
    rule: str
    # Only HTTP/1.1 itself can say it.
    is_about_http: bool
    # The rule that refuses what is hidden behind it.
    smuggles: str
    # Where the client closes instead of going on: in the body, in the head, or in a line of it.
    ends: str
    arrives: bytes | None
    lines: tuple[bytes, ...]
    body: bytes

    @property
    def raw(self) -> bytes:
        """Give the bytes on the wire."""
        ending = {"line": b"", "head": b"\r\n"}.get(self.ends, b"\r\n\r\n")
        return b"\r\n".join(self.lines) + ending + self.body

    @property
    def method(self) -> str:
        """Give the method."""
        return self.lines[0].split(b" ")[0].decode("latin-1")

    @property
    def target(self) -> str:
        """Give the target, where the first line has three words."""
        return self.lines[0].partition(b" ")[2].rpartition(b" ")[0].decode("latin-1")

    @property
    def expected(self) -> bytes:
        """Give the body that must arrive."""
        return self.body if self.arrives is None else self.arrives

    def headers(self) -> list[tuple[bytes, bytes]]:
        """Give the header lines that have a name and a value."""
        pairs = (line.partition(b":") for line in self.lines[1:])
        return [(name, value.strip()) for name, _, value in pairs]

    def with_header(self, name: str, value: str) -> "Case":
        """Add a header line, before the others: the last one may be unfinished."""
        first, *rest = self.lines
        return replace(self, lines=(first, f"{name}: {value}".encode(), *rest))

    def has(self, name: str) -> bool:
        """Tell whether a header is there."""
        return any(key.lower() == name.encode() for key, _ in self.headers())


def read(folder: Path) -> list[Case]:
    """Read every case below a folder, sorted by name."""
    return [parse(path, folder) for path in sorted(folder.rglob("*.http"))]


def parse(path: Path, folder: Path) -> Case:
    """Read one case."""
    comments, _, request = path.read_bytes().partition(b"\n---\n")
    pairs = (line[2:].partition(": ") for line in comments.decode().splitlines())
    fields = {key: value for key, _, value in pairs}
    head, _, body = request.partition(b"\n\n")
    sent, arrives = body.removesuffix(b"\n"), fields.get("arrives")
    return Case(
        str(path.relative_to(folder).with_suffix("")),
        fields.get("policy", ""),
        fields.get("rule", ""),
        fields.get("layer") == "http",
        fields.get("smuggles", ""),
        fields.get("ends", ""),
        held(sent) if arrives == CHUNKS else None if arrives is None else arrives.encode(),
        tuple(head.split(b"\n")),
        sent,
    )


def held(body: bytes) -> bytes:
    """Give what well-formed chunks hold, up to the last one."""
    text, at = b"", 0
    while (found := chunk(body, at)) and found[1]:
        text += found[1]
        at = found[2]
    return text


def chunk(body: bytes, at: int) -> tuple[re.Match[bytes], bytes, int] | None:
    """Give a chunk's first line, what it holds and where it ends, if it is as long as it says."""
    size = SIZE.match(body, at)
    if size is None:
        return None
    end = size.end() + int(size[2], 16)
    whole = body[end : end + 2] == b"\r\n"
    return (size, body[size.end() : end], end + 2) if whole else None


def translated(case: Case, names: Mapping[str, str]) -> Case:
    """Put real names into a case.

    A length moves along with what it covers, be it right or wrong; a chunk's size with its chunk,
    where it is right.
    """

    def put(text: bytes) -> bytes:
        for name, real in names.items():
            text = text.replace(name.encode(), real.encode())
        return text

    def framed(text: bytes) -> bytes:
        whole, at = b"", 0
        while is_chunked and (found := chunk(text, at)):
            (size, inner, at) = found
            inner = put(inner)
            whole += size[1] + b"%x" % len(inner) + size[3] + inner + b"\r\n"
        return whole + put(text[at:])

    def moved(line: bytes) -> bytes:
        name, _, value = line.partition(b":")
        if not LENGTH.match(line) or not value.strip().isdigit():
            return put(line)
        covered = case.body[: int(value)]
        return b"%b: %d" % (name, int(value) + len(framed(covered)) - len(covered))

    is_chunked = any(CODING.match(line) for line in case.lines)
    lines, body = tuple(moved(line) for line in case.lines), framed(case.body)
    arrives = None if case.arrives is None else put(case.arrives)
    return replace(case, lines=lines, body=body, arrives=arrives)
