"""Two people in the room of a bot: how long an order's answer takes, beside a person's echo.

Reads `{"host", "port", "room", "rounds", "anna", "ben"}` (the last two are access tokens) as JSON
from standard input, and prints `{"echo", "order"}`: milliseconds from sending to hearing.
In an echo, Ben repeats what he hears at once: this is what the homeserver itself takes.
"""

import http.client
import itertools
import json
import sys
import threading
import time
import urllib.parse
from collections.abc import Callable
from typing import Any

Event = dict[str, Any]
# Of a sync that has nothing to say.
PATIENCE = 30_000
# What follows an answer, as the bot's signs under the order, is over after it.
PAUSE = 0.5
NUMBERS = itertools.count()


class Person:
    """Somebody with a chat program that keeps its connection."""

    def __init__(self, wanted: dict[str, Any], name: str) -> None:
        """Be there, with a token."""
        self.connection = http.client.HTTPConnection(wanted["host"], wanted["port"], timeout=120)
        self.header = {"Authorization": f"Bearer {wanted[name]}"}
        self.name, self.room = name, wanted["room"]
        self.since = str(self.ask("GET", "sync")["next_batch"])

    def ask(self, method: str, path: str, body: Event | None = None) -> Event:
        """Ask the homeserver."""
        text = None if body is None else json.dumps(body)
        self.connection.request(method, f"/_matrix/client/v3/{path}", text, self.header)
        answer = self.connection.getresponse()
        said = answer.read()
        if answer.status != 200:
            raise SystemExit(f"{self.name}: {answer.status} {said.decode(errors='replace')}")
        found: Event = json.loads(said)
        return found

    def say(self, text: str) -> str:
        """Write a message, and give its id."""
        room = urllib.parse.quote(self.room)
        path = f"rooms/{room}/send/m.room.message/{self.name}-{next(NUMBERS)}"
        return str(self.ask("PUT", path, {"msgtype": "m.text", "body": text})["event_id"])

    def hear(self, wanted: Callable[[Event], bool]) -> None:
        """Wait for an event."""
        while True:
            path = f"sync?timeout={PATIENCE}&since={urllib.parse.quote(self.since)}"
            sync = self.ask("GET", path)
            self.since = sync["next_batch"]
            joined = sync.get("rooms", {}).get("join", {}).get(self.room, {})
            if any(map(wanted, joined.get("timeline", {}).get("events", []))):
                return


def says(text: str) -> Callable[[Event], bool]:
    """Tell messages with a text."""
    return lambda event: event["content"].get("body") == text


def answers(order: str) -> Callable[[Event], bool]:
    """Tell the bot's answer to an order."""

    def is_one(event: Event) -> bool:
        about = event["content"].get("m.relates_to", {})
        is_notice = event["content"].get("msgtype") == "m.notice"
        return is_notice and str(about.get("event_id")) == order

    return is_one


def echoes(ben: Person, rounds: int) -> None:
    """Repeat what is said in each round."""
    for number in range(rounds):
        ben.hear(says(f"call {number}"))
        ben.say(f"echo {number}")


def measure(wanted: dict[str, Any]) -> dict[str, list[float]]:
    """Measure an echo and an order in turn."""
    anna, ben = Person(wanted, "anna"), Person(wanted, "ben")
    rounds = int(wanted["rounds"])
    threading.Thread(target=echoes, args=(ben, rounds), daemon=True).start()
    took: dict[str, list[float]] = {"echo": [], "order": []}
    for number in range(rounds):
        start = time.monotonic()
        anna.say(f"call {number}")
        anna.hear(says(f"echo {number}"))
        took["echo"].append((time.monotonic() - start) * 1000)
        time.sleep(PAUSE)
        start = time.monotonic()
        anna.hear(answers(anna.say("!whoami")))
        took["order"].append((time.monotonic() - start) * 1000)
        time.sleep(PAUSE)
    return took


if __name__ == "__main__":
    print(json.dumps(measure(json.load(sys.stdin))))
