"""Play cases at one address, one after the other, and print a line of JSON for each.

python3 -m chain.play FOLDER --policy WORDS --names JSON --address HOST:PORT [--tls NAME] [--h2]
"""

import argparse
import base64
import hashlib
import json
import socket
import ssl
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from chain import cases, messages, with_curl
from chain.cases import Case
from chain.relay import CASE

# How long an answer may take, and how long a second one is waited for where the connection stays.
LIMIT = 20.0
MORE = 0.2
SHOWN = 600
# The token in the files. Who logs out uses up a spare one.
TOKEN = "syt_case"
API = "matrix.example.org"
# The ingress limits log-in and its like for each address.
TURNS = 5
PAUSE = 5.0
Answer = dict[str, Any]
Player = Callable[[Sequence[Case]], Iterable[Answer]]


def exchange(open_one: Callable[[], socket.socket], case: Case, around: bytes = b"") -> Answer:
    """Send the bytes, and read until the other side closes or has no more to say.

    With a read around it: before and after the case, all of them at once.
    """
    methods = ["GET", case.method, "GET"] if around else [case.method]
    received, interim = bytearray(), False
    answers = list[messages.Message]()
    with open_one() as stream:
        try:
            stream.sendall(around + case.raw + around)
        except OSError:
            # A refusal may come before the last byte has been taken.
            pass
        ended = False
        while not ended:
            is_enough = interim or len(answers) >= len(methods)
            stream.settimeout(MORE if is_enough else LIMIT)
            try:
                data = stream.recv(65536)
            except (TimeoutError, OSError):
                data = b""
            received += data
            ended = not data
            while answer := messages.take(
                received, method=methods[min(len(answers), len(methods) - 1)], ended=ended
            ):
                interim = messages.is_interim(answer.start)
                answers += [] if interim else [answer]
    return described(answers, bytes(received))


def described(answers: Sequence[messages.Message], rest: bytes) -> Answer:
    """Give what a judge of the outcome wants to know."""
    body = answers[0].body if answers else b""
    return {
        "statuses": [answer.status for answer in answers],
        "headers": answers[0].headers if answers else {},
        "text": body[:SHOWN].decode(errors="replace"),
        "digest": hashlib.sha256(body).hexdigest(),
        "rest": rest[:SHOWN].decode("latin-1"),
    }


def between_reads(open_one: Callable[[], socket.socket], case: Case) -> Answer:
    """Send a case and two reads that are allowed, in one go (RFC 9112, 9.3.2).

    What the case says of the end of its connection is left out.
    """
    kept = [line for line in case.lines if line.lower() != b"connection: close"]
    case = replace(case, lines=tuple(kept))
    host = next(line for line in case.lines if line.lower().startswith(b"host:"))
    own = f"{CASE}: {case.name}".encode()
    read = b"GET /_matrix/client/versions HTTP/1.1\r\n%b\r\n%b\r\n\r\n" % (host, own)
    return exchange(open_one, case, read)


def opener(address: str, name: str) -> Callable[[], socket.socket]:
    """Give what opens connections: plain, or with TLS for a name."""
    host, _, port = address.rpartition(":")
    context = ssl.create_default_context() if name else None

    def open_one() -> socket.socket:
        stream = socket.create_connection((host, int(port)), timeout=LIMIT)
        return context.wrap_socket(stream, server_hostname=name) if context else stream

    return open_one


def wanted(options: argparse.Namespace) -> Iterator[Case]:
    """Give the cases with this policy, named, and with the right host and a token that holds."""
    spare = options.spare.split(",")
    for case in cases.read(options.folder):
        if case.policy != options.policy:
            continue
        names = {API: options.tls or API, **json.loads(options.names)}
        if "/logout" in case.target:
            names[TOKEN] = spare.pop()
        # The documents are at the name of the site, all else at that of the interface.
        if "/.well-known/" in case.target:
            names[API] = options.site
        named = cases.translated(case, names).with_header(CASE, case.name)
        if options.token and not named.has("authorization"):
            named = named.with_header("Authorization", f"Bearer {options.token}")
        yield named


def played(play: Player, chosen: list[Case]) -> Iterator[tuple[Case, Answer]]:
    """Play cases; who was told to wait is played again."""
    for turn in range(TURNS):
        later = []
        for case, answer in zip(chosen, found_again(play, chosen), strict=True):
            if 429 in answer["statuses"] and turn + 1 < TURNS:
                later.append(case)
            else:
                yield case, answer
        if not later:
            return
        time.sleep(PAUSE)
        chosen = later


def found_again(play: Player, chosen: Sequence[Case]) -> Iterator[Answer]:
    """Play cases; who was lost on the way is played once more, alone, and the answer says so.

    Whoever is lost alone was not taken along by another one: the chain itself has lost it.
    """
    for case, answer in zip(chosen, play(chosen), strict=True):
        if not answer.get("lost"):
            yield answer
            continue
        (second,) = play([case])
        yield {**second, "again": True}


def main() -> None:
    """Do what the command line says."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--policy", default="")
    parser.add_argument("--names", default="{}")
    parser.add_argument("--address", required=True)
    parser.add_argument("--tls", default="")
    parser.add_argument("--site", default="")
    parser.add_argument("--h2", action="store_true")
    parser.add_argument(
        "--pipelined", type=int, metavar="N", help="each Nth case, with a read before and after it"
    )
    parser.add_argument("--spare", default="", help="tokens to log out with, with commas between")
    parser.add_argument("--token", default="", help="for cases that bring none")
    options = parser.parse_args()
    chosen = list(wanted(options))
    open_one = opener(options.address, options.tls)
    play: Player = partial(map, partial(exchange, open_one))
    if options.h2:
        chosen = [case for case in chosen if not case.is_about_http]
        play = partial(with_curl.exchanges, address=options.address, name=options.tls)
    if options.pipelined:
        # The site, which the documents are at, has no such read.
        own = [case for case in chosen if "/.well-known/" not in case.target]
        chosen = [case for case in own if not case.is_about_http][:: options.pipelined]
        play = partial(map, partial(between_reads, open_one))
    for case, answer in played(play, chosen):
        about = {
            "case": case.name,
            "rule": case.rule,
            "method": case.method,
            "target": case.target,
            "sent": base64.b64encode(case.body).decode(),
            "expected": base64.b64encode(case.expected).decode(),
            "is_about_http": case.is_about_http,
        }
        sys.stdout.write(json.dumps({**about, **answer}) + "\n")


if __name__ == "__main__":
    main()
