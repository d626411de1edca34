# opening: people.py
# An employee asks the bot for a link, a guest makes an account with it and meets staff; the guest
# takes part in a call and leaves by chat, the employee leaves for good, and what they had issued
# is dead within a minute.
# Nothing on the DMZ host opens a connection inwards, and without the core guests still enrol.
#
# Links are opened and forms are sent by curl, as a browser without JavaScript does it. The
# browsers themselves are looked at in the tests of crates/enrol.
import base64
import hmac
import html
import re
import urllib.parse
from collections.abc import Callable, Iterator

# A person's patience with a page, a bot's with a homeserver that comes back.
LIMIT = 180
# What the fleet promises: the links of somebody who has left are dead within it.
LEAVING_LIMIT = 60
NUMBERS: Iterator[int] = iter(range(1, 1000))
FORM = 'name="username"'

bot = files[core.name]["services"]["rampart-bot"]
(tenant,) = bot["tenants"]
staff_name = tenant["staff"][0].removeprefix("@").partition(":")[0]


def until(what: str, look: Callable[[], Any], limit: int = LIMIT) -> Any:
    """Look again and again until there is something."""
    for _ in range(limit):
        if found := look():
            return found
        client.sleep(1)
    raise AssertionError(f"not within {limit} seconds: {what}")


class Account:
    """Somebody who is logged in, and what they have been invited to."""

    def __init__(self, api: str, user: str) -> None:
        self.api = api
        session = log_in(api, user)
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

    def link(self, order: str) -> str:
        """Order a link and give it, from the room that only the bot and the sender are in."""
        known = self.links()
        event = self.say(restricted, order)
        self.sign(restricted, event, "✅")
        return str(until("a link", lambda: self.links() - known).pop())

    def links(self) -> set[str]:
        self.look()
        if any(self.invited.values()):
            self.direct = self.accept(is_direct=True)
        if not self.direct:
            return set()
        found = [
            re.findall(r"https://\S+/register\?token=[\w.~-]+", t) for t in self.texts(self.direct)
        ]
        return {link for links in found for link in links}


def page(link: str, *options: str) -> str:
    """Open a page as a browser does: with what it has been told to keep."""
    words = ["curl", "--silent", "--show-error", "--max-time", "60", *JAR, *options, "--", link]
    return str(client.succeed(shlex.join(words)))


JAR = ["--cookie", "/tmp/jar", "--cookie-jar", "/tmp/jar"]


def register(link: str, user: str) -> str:
    """Fill in the form behind a link, send it, and give the page that follows."""
    form = page(link)
    assert FORM in form, form
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form))
    fields = {name: html.unescape(value) for name, value in fields.items()}
    fields |= {"username": user, "password": PASSWORD, "repeat": PASSWORD, "consent": "yes"}
    data = [word for pair in fields.items() for word in ("--data-urlencode", "=".join(pair))]
    return page(f"{guests_api}/register", *data)


def opens(machine: Any, address: str, port: int) -> bool:
    """Tell whether a connection can be opened from there."""
    dial = shlex.quote(f"exec 3<>/dev/tcp/{address}/{port}")
    return bool(machine.execute(f"timeout 3 bash -c {dial} 2>/dev/null")[0] == 0)


# On the DMZ host, before its own firewall: what it begins to hosts of the fleet.
WATCH = """
table inet inwards {
  counter begun {}
  chain output {
    type filter hook output priority -150;
    ip daddr { %s } ct state new counter name begun
  }
}
"""


def begun() -> int:
    """Give how many packets began a connection from the DMZ host to a host of the fleet."""
    words = str(dmz.succeed("nft list counter inet inwards begun")).split()
    return int(words[words.index("packets") + 1])


def addresses_of(kinds: list[str]) -> set[str]:
    """Give the addresses of the other hosts."""
    hosts = [files[machine.name]["facts"] for machine in [core, gateway, *edges]]
    return {str(facts[kind]) for facts in hosts for kind in kinds if facts[kind]}


with subtest("every unit is active, and staff have accounts"):
    for machine in [gateway, core, dmz]:
        wait_for_units(machine)
    for api in [staff_api, guests_api]:
        wait_for_api(api)
    make_accounts(staff_name, "ben")
    anna = Account(staff_api, staff_name)
    ben = Account(staff_api, "ben")

with subtest("the bot has made a room for orders, and invites who is named"):
    restricted = anna.accept(is_direct=False)
    anna.ask("POST", f"rooms/{urllib.parse.quote(restricted)}/invite", {"user_id": ben.user})
    assert ben.accept(is_direct=False) == restricted

with subtest("a link comes by an order in that room, and only its sender reads it"):
    link = anna.link("!token generate --for Alice")
    assert link.startswith(f"{guests_api}/register?token="), link
    token = link.partition("token=")[2]
    assert not any(token in json.dumps(event) for event in ben.events(restricted))

with subtest("somebody without power is refused, and there is no link"):
    order = ben.say(restricted, "!token generate --for Mallory")
    ben.sign(restricted, order, "❌")
    assert not ben.links()

with subtest("the guest makes an account with the link, once, and is in the welcome room"):
    done = register(link, "alice")
    assert FORM not in done and "alice" in done, done
    assert FORM not in page(link)
    alice = Account(guests_api, "alice")
    (welcome,) = alice.ask("GET", "joined_rooms")["joined_rooms"]

with subtest("staff take part with an account of their own there, and they meet"):
    register(anna.link("!token generate --staff"), "anna")
    there = Account(guests_api, "anna")
    assert there.ask("GET", "joined_rooms")["joined_rooms"] == [welcome]
    alice.say(welcome, "good morning")
    assert "good morning" in there.texts(welcome)

every = addresses_of(["publicAddress", "lanAddress", "tunnelAddress"])
dmz.succeed(f"nft -f - <<'END'\n{WATCH % ', '.join(sorted(every))}\nEND")

with subtest("the guests' server tells the fleet's foci, and guest and staff hear each other"):
    document = ask("GET", f"{guests_api}/.well-known/matrix/client")
    advertised = [focus["livekit_service_url"] for focus in document["org.matrix.msc4143.rtc_foci"]]
    assert sorted(advertised) == sorted(foci), document
    url = f"{guests_api}/_matrix/client/unstable/org.matrix.msc4143/rtc/transports"
    listed = ask("GET", url, token=alice.token)["rtc_transports"]
    assert [focus["livekit_service_url"] for focus in listed] == advertised, listed
    room = "!partners:example"
    passes = {
        who: call_tokens(
            advertised[0], openid(api, {"user_id": who.user, "access_token": who.token}), room
        )
        for api, who in [(guests_api, alice), (staff_api, anna)]
    }
    for speaker, listener in [(alice, anna), (anna, alice)]:
        tokens = [passes[speaker][0], passes[listener][1]]
        count = heard(tokens[0]["url"], tokens)
        assert count > 100, f"{listener.user} hears {speaker.user}: {count} frames with sound"

with subtest("a guest's call of two is relayed, with a credential of the tenant's own secret"):
    relay = alice.ask("GET", "voip/turnServer")
    secret = dmz.succeed(f"cat /run/rampart-secrets/turn-secret-{tenant['name']}").strip()
    digest = hmac.digest(secret.encode(), relay["username"].encode(), "sha1")
    assert relay["password"] == base64.b64encode(digest).decode(), relay
    account = f"-u {shlex.quote(relay['username'])} -w {shlex.quote(relay['password'])}"
    realm = files[relay_host.name]["services"]["coturn"]["settings"]["realm"]
    said = client.succeed(f"turnutils_uclient -y -c -n 20 {account} {realm}")
    assert "Total lost packets 0 " in said, said

with subtest("no call made the DMZ host begin a connection to a host of the fleet"):
    assert begun() == 0

with subtest("a guest leaves by chat, once the sender has confirmed it"):
    order = anna.say(restricted, "!guest deactivate alice")
    question = str(anna.answer(restricted, order)["event_id"])
    alice.ask("GET", "joined_rooms")
    anna.react(restricted, question, "✅")
    anna.sign(restricted, order, "✅")
    alice.ask("GET", "joined_rooms", code=401)
    members = there.ask("GET", f"rooms/{urllib.parse.quote(welcome)}/joined_members")["joined"]
    assert alice.user not in members, members

with subtest("nothing on the DMZ host opens a connection inwards; the core reaches its broker"):
    assert begun() == 0
    inside = addresses_of(["lanAddress", "tunnelAddress"])
    listed = {int(flow["ports"]["first"]) for file in files.values() for flow in file["flows"]}
    ports = sorted(listed - {0} | {8010, 8030, 9111})
    dial = 'timeout 2 bash -c "exec 3<>/dev/tcp/$to/$port" 2>/dev/null && echo $to:$port'
    each = f"for port in {' '.join(map(str, ports))}; do ({dial}) & done"
    opened = dmz.succeed(f"for to in {' '.join(sorted(inside))}; do {each}; done; wait")
    assert not opened.strip(), opened
    # Control: what was tried here is counted.
    assert (count := begun()) >= len(inside) * len(ports), count
    # Control: the same attempt succeeds where the list of flows has it.
    address, _, port = tenant["broker"].rpartition(":")
    assert opens(core, address, int(port)) and not opens(gateway, address, int(port))

with subtest("without the core guests still enrol"):
    carol, dave = (anna.link(f"!token generate --for {name}") for name in ["Carol", "Dave"])
    core.shutdown()
    done = register(carol, "carol")
    assert FORM not in done and "carol" in done, done
    Account(guests_api, "carol")
    core.start()
    wait_for_units(core)
    wait_for_api(staff_api)

with subtest(
    "the links of an employee who has left are dead within a minute, and the room is told"
):
    assert FORM in page(dave)
    url = f"http://localhost/_synapse/admin/v1/deactivate/{urllib.parse.quote(anna.user)}"
    headers = '-H "Authorization: Bearer $(cat /var/lib/rampart-broker/admin-token)"'
    headers += " -H 'X-Forwarded-For: 127.0.0.1'"
    to = "--unix-socket /run/tuwunel/tuwunel.sock"
    core.succeed(f"curl --fail --silent {to} {headers} -d '{{}}' {shlex.quote(url)}")
    until("the link is dead", lambda: FORM not in page(dave), LEAVING_LIMIT)

    def told() -> bool:
        return any(
            event["sender"] == bot["user"] and anna.user in event["content"].get("body", "")
            for event in ben.events(restricted)
        )

    until("the room is told", told, LEAVING_LIMIT)
    print("The room, as somebody in it reads it:", *reversed(ben.texts(restricted)), sep="\n")

with subtest("the bot takes no more memory than was promised"):
    pid = core.succeed("systemctl show --property=MainPID --value rampart-bot.service").strip()
    resident = int(core.succeed(f"awk '/^VmRSS:/ {{print $2}}' /proc/{pid}/status"))
    print(f"rampart-bot: {resident} kB resident")
    assert resident <= 60_000, resident

with subtest("both ledgers are sound and say the same, and one changed byte is found"):
    export = dmz.succeed("cat /var/lib/rampart-broker/ledger.jsonl")
    core.succeed(f"cat > /tmp/broker.jsonl <<'END'\n{export}END")
    unit = core.succeed("systemctl show --property=ExecStart --value rampart-bot.service")
    words = re.search(r"argv\[\]=(\S+) run (--config \S+)", unit)
    assert words, unit
    look = f"{words[1]} ledger {words[2]}"
    core.succeed(f"{look} verify", f"{look} compare {tenant['name']} /tmp/broker.jsonl")
    core.succeed("systemctl stop rampart-bot.service")
    core.succeed("sed -i 's/Carol/Carla/' /var/lib/rampart-bot/ledger.jsonl")
    core.fail(f"{look} verify")
