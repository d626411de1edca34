"""The same over HTTP/2: one curl, one connection, one request after the other."""

import hashlib
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from chain.cases import Case

# What HTTP/2 frames or says in its own way.
LEFT_OUT = (b"host", b"connection", b"content-length", b"transfer-encoding")
LIMIT = 300
SHOWN = 600


def exchanges(chosen: Sequence[Case], address: str, name: str) -> Iterator[dict[str, object]]:
    """Play cases; the answers come in their order."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        text = "next\n".join(
            "\n".join(section(case, folder / str(number), address, name)) + "\n"
            for number, case in enumerate(chosen)
        )
        file = folder / "config"
        file.write_text(text, encoding="latin-1")
        command = ["curl", "--silent", "--config", str(file)]
        done = subprocess.run(command, check=False, timeout=LIMIT, capture_output=True, text=True)
        for number, (case, ended) in enumerate(zip(chosen, done.stdout.split(), strict=True)):
            yield answer(folder / str(number), ended, has_body=case.method != "HEAD")


def section(case: Case, files: Path, address: str, name: str) -> Iterator[str]:
    """Give the options of one request."""
    port = address.rpartition(":")[2]
    yield from ("http2", "globoff", "path-as-is", "max-time = 20")
    yield option("url", f"https://{host_of(case, name)}:{port}/")
    yield option("request-target", case.target)
    yield option("output", f"{files}.body")
    yield option("dump-header", f"{files}.head")
    yield option("write-out", "%{exitcode}\\n")
    if case.method == "HEAD":
        yield "head"
    else:
        yield option("request", case.method)
    own = [(key, value) for key, value in case.headers() if key.lower() not in LEFT_OUT]
    if case.body:
        body = files.with_suffix(".sent")
        body.write_bytes(case.body)
        yield option("data-binary", f"@{body}")
        if not case.has("content-type"):
            yield option("header", "Content-Type:")
    for key, value in own:
        yield option("header", f"{key.decode('latin-1')}: {value.decode('latin-1')}")


def host_of(case: Case, name: str) -> str:
    """Give the host that a case names, if the certificate has it."""
    site = name.partition(".")[2]
    hosts = [value.decode("latin-1") for key, value in case.headers() if key.lower() == b"host"]
    return hosts[0] if hosts and hosts[0] in (name, site) else name


def option(key: str, value: str) -> str:
    """Give a line of curl's configuration."""
    escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("\t", "\\t")
    return f'{key} = "{escaped}"'


def answer(files: Path, ended: str, *, has_body: bool) -> dict[str, object]:
    """Read what curl wrote."""
    head = files.with_suffix(".head")
    blocks = head.read_bytes().decode("latin-1").split("\r\n\r\n") if head.exists() else []
    finals = [block for block in blocks if block and not block.split(" ")[1].startswith("1")]
    start, *lines = finals[0].split("\r\n") if finals else ["HTTP/2 0"]
    pairs = (line.partition(":") for line in lines)
    body_file = files.with_suffix(".body")
    # For HEAD curl writes the head there once more.
    body = body_file.read_bytes() if has_body and body_file.exists() else b""
    return {
        "version": start.split(" ")[0],
        "statuses": [int(start.split(" ")[1])] if finals else [],
        "headers": {key.lower(): value.strip() for key, _, value in pairs},
        "text": body[:SHOWN].decode(errors="replace"),
        "digest": hashlib.sha256(body).hexdigest(),
        "rest": "" if finals else f"curl ended with {ended}",
        # A malformed path before it may have taken the connection along, whole or soon: a client
        # sends such a request again on another one (RFC 9113, 6.8). What is refused so is so again.
        "lost": not finals,
    }
