# opening: people.py
# Opening of stories about guests: people.py, then what staff do by chat and guests with a browser.
#
# Links are opened and forms are filled in by Chromium. What its pages look like is looked at in the
# tests of crates/enrol.
import re
import urllib.parse
from collections.abc import Callable, Iterator

# A person's patience with a page, a bot's with a homeserver that comes back.
LIMIT = 180
NUMBERS: Iterator[int] = iter(range(1, 1000))
FORM = 'name="username"'

bot = files[core.name]["services"]["rampart-bot"]
LINK = re.compile(r"https://\S+/register(?:/password)?\?token=[\w.~-]+")


def until(what: str, look: Callable[[], Any], limit: int = LIMIT) -> Any:
    """Look again and again until there is something."""
    end = time.monotonic() + limit
    while time.monotonic() < end:
        if found := look():
            return found
        client.sleep(1)
    raise AssertionError(f"not within {limit} seconds: {what}")


class Account:
    """Somebody who is logged in, and what they have been invited to."""

    def __init__(self, api: str, user: str, password: str = PASSWORD) -> None:
        self.api = api
        session = log_in(api, user, password)
        self.user, self.token = str(session["user_id"]), str(session["access_token"])
        self.since = ""
        self.invited: dict[str, bool] = {}
        self.direct = ""

    def ask(self, method: str, path: str, body: Any = None, code: int = 200) -> Any:
        return ask(method, f"{self.api}/_matrix/client/v3/{path}", body, self.token, code)

    def look(self) -> None:
        """Take in new invitations: the room, and whether it is for two."""
        after = f"?since={self.since}" if self.since else ""
        sync = self.ask("GET", f"sync{after}")
        self.since = sync["next_batch"]
        for room, invite in sync.get("rooms", {}).get("invite", {}).items():
            events = invite["invite_state"]["events"]
            self.invited[room] = any(event["content"].get("is_direct") for event in events)

    def accept(self, is_direct: bool) -> str:
        """Wait for an invitation of this kind, and follow it."""

        def found() -> str:
            self.look()
            return next((room for room, is_for in self.invited.items() if is_for == is_direct), "")

        room = str(until(f"{self.user} is invited", found))
        del self.invited[room]
        self.ask("POST", f"join/{urllib.parse.quote(room)}", {})
        return room

    def send(self, room: str, kind: str, content: Any) -> str:
        path = f"rooms/{urllib.parse.quote(room)}/send/{kind}/story-{next(NUMBERS)}"
        return str(self.ask("PUT", path, content)["event_id"])

    def say(self, room: str, text: str) -> str:
        return self.send(room, "m.room.message", {"msgtype": "m.text", "body": text})

    def react(self, room: str, target: str, key: str) -> None:
        about = {"rel_type": "m.annotation", "event_id": target, "key": key}
        self.send(room, "m.reaction", {"m.relates_to": about})

    def events(self, room: str) -> list[Any]:
        path = f"rooms/{urllib.parse.quote(room)}/messages?dir=b&limit=50"
        return list(self.ask("GET", path)["chunk"])

    def texts(self, room: str) -> list[str]:
        return [str(event["content"].get("body", "")) for event in self.events(room)]

    def sign(self, room: str, target: str, key: str) -> None:
        """Wait for a sign under a message."""

        def seen() -> bool:
            abouts = [event["content"].get("m.relates_to", {}) for event in self.events(room)]
            return any(
                one.get("event_id") == target and key in one.get("key", "") for one in abouts
            )

        until(f"{key} under an order", seen)

    def answer(self, room: str, order: str) -> Any:
        """Wait for the bot's notice in the thread of an order."""

        def given() -> Any:
            for event in self.events(room):
                about = event["content"].get("m.relates_to", {})
                is_notice = event["content"].get("msgtype") == "m.notice"
                if is_notice and about.get("event_id") == order:
                    return event
            return None

        return until("an answer in the thread", given)

    def orders(self, room: str, order: str, approved_by: "Account | None" = None) -> str:
        """Give an order and wait until it is carried out; if it asks, let somebody agree."""
        event = self.say(room, order)
        if approved_by is not None:
            approved_by.react(room, str(self.answer(room, event)["event_id"]), "✅")
        self.sign(room, event, "✅")
        return event

    def link(self, room: str, order: str, approved_by: "Account | None" = None) -> str:
        """Order a link and give it, from the room that only the bot and the sender are in."""
        known = self.links()
        self.orders(room, order, approved_by)
        return str(until("a link", lambda: self.links() - known).pop())

    def links(self) -> set[str]:
        self.look()
        if any(self.invited.values()):
            self.direct = self.accept(is_direct=True)
        if not self.direct:
            return set()
        return {link for text in self.texts(self.direct) for link in LINK.findall(text)}


class Browser:
    """Chromium without a window, by its driver (https://www.w3.org/TR/webdriver2/)."""

    DRIVER = "http://localhost:9515/session"
    # Chromium's sandbox is not for root.
    OPTIONS = ["--headless", "--no-sandbox"]

    def __init__(self) -> None:
        start = "systemd-run --quiet --collect --unit=browser --setenv=HOME=/root"
        client.succeed(f"{start} $(command -v chromedriver) --port=9515")
        client.wait_for_open_port(9515)
        program = str(client.succeed("command -v chromium")).strip()
        options = {"binary": program, "args": self.OPTIONS}
        wanted = {"alwaysMatch": {"goog:chromeOptions": options}}
        session = ask("POST", self.DRIVER, {"capabilities": wanted})["value"]["sessionId"]
        self.session = f"{self.DRIVER}/{session}"

    def does(self, method: str, what: str, body: Any = None) -> Any:
        return ask(method, f"{self.session}/{what}", body)["value"]

    def elements(self, selector: str) -> list[str]:
        wanted = {"using": "css selector", "value": selector}
        found = self.does("POST", "elements", wanted)
        return [identity for element in found for identity in element.values()]

    def acts(self, selector: str, act: str, **more: str) -> None:
        """Click the only such element, or type into it."""
        (element,) = self.elements(selector)
        self.does("POST", f"element/{element}/{act}", more)

    def enters(self, **fields: str) -> None:
        """Type into fields by their names."""
        for field, text in fields.items():
            self.acts(f"[name={field}]", "value", text=text)

    def page(self, link: str) -> str:
        """Open a page, and give what it is made of."""
        self.does("POST", "url", {"url": link})
        return str(self.does("GET", "source"))

    def sends(self) -> str:
        """Press the form's button, and give the page that follows."""
        script = {"script": "document.body.dataset.old = true", "args": []}
        self.does("POST", "execute/sync", script)
        self.acts("form[method=post] button", "click")
        until("another page", lambda: self.elements("body:not([data-old])"))
        return str(self.does("GET", "source"))


def register(link: str, user: str) -> str:
    """Fill in the form behind a link, send it, and give the page that follows."""
    form = browser.page(link)
    assert FORM in form, form
    browser.enters(username=user, password=PASSWORD, repeat=PASSWORD)
    browser.acts("[name=consent]", "click")
    return browser.sends()


browser = Browser()
