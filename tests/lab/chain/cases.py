"""The corpus of `crates/ingress/tests/cases`, with names that exist on a real homeserver.

The format is described in `crates/testkit/src/requests.rs`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

LENGTH = re.compile(rb"content-length", re.IGNORECASE)


@dataclass(frozen=True)
class Case:
    """One request."""

    name: str
    policy: str
    rule: str
    # Only HTTP/1.1 itself can say it.
    is_about_http: bool
    arrives: bytes | None
    lines: tuple[bytes, ...]
    body: bytes

    @property
    def raw(self) -> bytes:
        """Give the bytes on the wire."""
        return b"\r\n".join(self.lines) + b"\r\n\r\n" + self.body

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
        """Add a header line."""
        return replace(self, lines=(*self.lines, f"{name}: {value}".encode()))

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
    arrives = fields.get("arrives")
    return Case(
        str(path.relative_to(folder).with_suffix("")),
        fields.get("policy", ""),
        fields.get("rule", ""),
        fields.get("layer") == "http",
        None if arrives is None else arrives.encode(),
        tuple(head.split(b"\n")),
        body.removesuffix(b"\n"),
    )


def translated(case: Case, names: Mapping[str, str]) -> Case:
    """Put real names into a case. A length moves along with the body, be it right or wrong."""

    def put(text: bytes) -> bytes:
        for name, real in names.items():
            text = text.replace(name.encode(), real.encode())
        return text

    body = put(case.body)
    moved = len(body) - len(case.body)
    lines = (put(line) for line in case.lines)
    lines = (lengthened(line, moved) if LENGTH.match(line) and moved else line for line in lines)
    arrives = None if case.arrives is None else put(case.arrives)
    return replace(case, lines=tuple(lines), body=body, arrives=arrives)


def lengthened(line: bytes, by: int) -> bytes:
    """Change a length by so much, where it is a number."""
    name, _, value = line.partition(b":")
    return b"%b: %d" % (name, int(value) + by) if value.strip().isdigit() else line
