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
from functools import partial
from pathlib import Path

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
Answer = dict[str, object]
Player = Callable[[Sequence[Case]], Iterable[Answer]]


def exchange(open_one: Callable[[], socket.socket], case: Case) -> Answer:
    """Send the bytes, and read until the other side closes or has no more to say."""
    received, statuses = bytearray(), list[int]()
    first: messages.Message | None = None
    with open_one() as stream:
        try:
            stream.sendall(case.raw)
        except OSError:
            # A refusal may come before the last byte has been taken.
            pass
        ended = False
        while not ended:
            stream.settimeout(MORE if statuses else LIMIT)
            try:
                data = stream.recv(65536)
            except (TimeoutError, OSError):
                data = b""
            received += data
            ended = not data
            while answer := messages.take(received, method=case.method, ended=ended):
                statuses.append(answer.status)
                first = first if first and not messages.is_interim(first.start) else answer
    return described(statuses, first, bytes(received))


def described(statuses: list[int], first: messages.Message | None, rest: bytes) -> Answer:
    """Give what a judge of the outcome wants to know."""
    final = [status for status in statuses if status >= 200]
    body = first.body if first else b""
    return {
        "statuses": final,
        "headers": first.headers if first else {},
        "text": body[:SHOWN].decode(errors="replace"),
        "digest": hashlib.sha256(body).hexdigest(),
        "rest": rest[:SHOWN].decode("latin-1"),
    }


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
            if answer["statuses"] == [429] and turn + 1 < TURNS:
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
    parser.add_argument("--spare", default="", help="tokens to log out with, with commas between")
    parser.add_argument("--token", default="", help="for cases that bring none")
    options = parser.parse_args()
    chosen = list(wanted(options))
    if options.h2:
        chosen = [case for case in chosen if not case.is_about_http]
        play: Player = partial(with_curl.exchanges, address=options.address, name=options.tls)
    else:
        open_one = opener(options.address, options.tls)
        play = partial(map, partial(exchange, open_one))
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
