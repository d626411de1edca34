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
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from chain import cases, frames, messages, with_curl
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


def exchange(
    open_one: Callable[[], socket.socket], case: Case, before: bytes = b"", after: bytes = b""
) -> Answer:
    """Send the bytes, and read until the other side closes or has no more to say.

    With other requests before and behind them: all of them at once.
    """
    sent = [text for text in (before, case.raw, after) if text]
    methods = [text.partition(b" ")[0].decode("latin-1") for text in sent]
    with open_one() as stream:
        write(stream, b"".join(sent), ends=bool(case.ends))
        answers, rest, _ = read(stream, methods, MORE)
    return described(answers, rest)


def write(stream: socket.socket, data: bytes, *, ends: bool) -> None:
    """Send bytes, and close behind them if that is wanted."""
    # A refusal may come before the last byte has been taken.
    with suppress(OSError):
        stream.sendall(data)
        if ends:
            # Of the connection below TLS, which goes on in the other direction.
            socket.socket.shutdown(stream, socket.SHUT_WR)


def read(
    stream: socket.socket, methods: Sequence[str], more: float
) -> tuple[list[messages.Message], bytes, bool]:
    """Read the answers to so many requests, and what comes so much later.

    Gives the answers, what is left over, and whether the other side has closed.
    """
    received, interim, ended = bytearray(), False, False
    answers = list[messages.Message]()
    while not ended:
        is_enough = interim or len(answers) >= len(methods)
        if is_enough and not more:
            break
        stream.settimeout(more if is_enough else LIMIT)
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
    return answers, bytes(received), ended


class Kept:
    """One connection for one request after the other; opened again where it was closed."""

    def __init__(self, open_one: Callable[[], socket.socket]) -> None:
        """Open nothing yet."""
        self.open_one = open_one
        self.stream: socket.socket | None = None
        self.opened = 0

    def exchange(self, case: Case) -> Answer:
        """Send a case, and read one answer."""
        case = without_close(case)
        if self.stream is None:
            self.stream = self.open_one()
            self.opened += 1
        write(self.stream, case.raw, ends=False)
        answers, rest, ended = read(self.stream, [case.method], 0)
        if ended or any(one.headers.get("connection") == "close" for one in answers):
            self.stream.close()
            self.stream = None
        return {**described(answers, rest), "connection": self.opened}


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


def between_writes(
    open_one: Callable[[], socket.socket], own: Sequence[str], room: str, case: Case
) -> Answer:
    """Send a case between two messages that are allowed, in one go (RFC 9112, 9.3.2).

    What the case says of the end of its connection is left out. Where the client closes, nothing
    comes behind.
    """
    case = without_close(case)
    before, after = (message(case.name, when, own, room) for when in ("before", "after"))
    return exchange(open_one, case, before, b"" if case.ends else after)


def without_close(case: Case) -> Case:
    """Leave out what a case says of the end of its connection."""
    kept = [line for line in case.lines if line.lower() != b"connection: close"]
    return replace(case, lines=tuple(kept))


def message(name: str, when: str, own: Sequence[str], room: str) -> bytes:
    """Give a message to a room that counts as a part of a case."""
    body = json.dumps({"msgtype": "m.text", "body": f"{when} {name}"})
    word = f"{when}-{name.replace('/', '-')}"
    lines = [f"PUT /_matrix/client/v3/rooms/{room}/send/m.room.message/{word} HTTP/1.1", *own]
    lines += [f"{CASE}: {name}", f"Content-Length: {len(body)}", "", body]
    return "\r\n".join(lines).encode()


def alternating(chosen: Sequence[Case], each: int) -> list[Case]:
    """Give each Nth blocked case, and behind each another message that is allowed."""
    blocked = [case for case in chosen if case.name.startswith("block/")][::each]
    allowed = [case for case in chosen if case.name.startswith("allow/")]
    return [case for pair in zip(blocked, allowed, strict=False) for case in pair]


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
        if options.alternating and not case.name.startswith(("block/", "allow/message/")):
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
        "--pipelined",
        type=int,
        metavar="N",
        help="each Nth case, and all that are about HTTP, with a message before and after it",
    )
    parser.add_argument("--room", default="", help="where these messages go")
    parser.add_argument(
        "--alternating",
        type=int,
        metavar="N",
        help="each Nth blocked case of a folder that has both, each with an allowed message "
        "behind it, over one connection; over HTTP/2 all at once",
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
    if options.alternating:
        plain = [case for case in chosen if not case.is_about_http]
        chosen = alternating(plain, options.alternating)
        play = partial(map, Kept(open_one).exchange)
        if options.h2:
            play = partial(frames.exchanges, address=options.address, name=options.tls)
    if options.pipelined:
        # The site, which the documents are at, takes no messages.
        chosen = [case for case in chosen if "/.well-known/" not in case.target]
        about_http = [case for case in chosen if case.is_about_http]
        others = [case for case in chosen if not case.is_about_http]
        chosen = others[:: options.pipelined] + about_http
        own = [f"Host: {options.tls or API}", f"Authorization: Bearer {options.token}"]
        play = partial(map, partial(between_writes, open_one, own, options.room))
    for case, answer in played(play, chosen):
        about = {
            "case": case.name,
            "rule": case.rule,
            "method": case.method,
            "target": case.target,
            "sent": base64.b64encode(case.body).decode(),
            "expected": base64.b64encode(case.expected).decode(),
            "is_about_http": case.is_about_http,
            "smuggles": case.smuggles,
            "ends": case.ends,
        }
        sys.stdout.write(json.dumps({**about, **answer}) + "\n")


if __name__ == "__main__":
    main()
