"""People on the lab's internet: what they are told, and calls that go on until they are ended."""

import json
import secrets
import shlex
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from commands.lab import Lab
from commands.up import account_on
from driver.errors import RequestedAssertionFailed
from measure.persons import log_in
from network.plan import CLIENT

TRANSPORTS = "_matrix/client/unstable/org.matrix.msc4143/rtc/transports"
FOCI = "org.matrix.msc4143.rtc_foci"
# Whoever does not hear anything for so long is out of the call.
GONE = 5.0
LONG = 3600
LIMIT = 90
Names = Mapping[str, str]


@dataclass(frozen=True)
class Region:
    """A place on the internet, by an address of one of its networks."""

    name: str
    # Nothing: the client's own.
    address6: str = ""


@dataclass(frozen=True)
class Heard:
    """What the listener of a call heard."""

    frames: int
    # The longest time without sound, and that from the last sound to the end, in seconds.
    silence: float
    since: float

    @property
    def goes_on(self) -> bool:
        """Tell whether sound comes now, and was never away for long."""
        return self.frames > 0 and max(self.silence, self.since) < GONE

    @property
    def is_back(self) -> bool:
        """Tell whether sound comes now."""
        return self.frames > 0 and self.since < GONE


class People:
    """All of them, with one account, which every token service asks for."""

    def __init__(self, lab: Lab) -> None:
        """Make the account, and log in."""
        self.lab = lab
        self.client = lab.container(CLIENT)
        gateway = next(host for host in lab.hosts if host.role == "gateway")
        guests = next(host for host in lab.hosts if host.role == "dmz")
        self.names = gateway.options("gateway")
        self.gateway6 = gateway.facts["publicAddress6"]
        self.guests = guests.options("dmz")["domain"]
        self.user, password, self.api = account_on(lab, "ann", secrets.token_hex(12))
        self.token = log_in(self.client, self.api, "ann", password)

    def runs(self, command: str) -> str:
        """Run a command that must succeed, without a line for it."""
        code, said = self.client.execute(f"{{ {command}\n}} 2>&1")
        if code != 0:
            raise RequestedAssertionFailed(f"{command[:300]}: {code}: {said}")
        return said

    def ask(self, url: str, body: Any = None, options: str = "") -> Any:
        """Send a request that must succeed."""
        header = f"-H 'Authorization: Bearer {self.token}'"
        data = "" if body is None else f"--json {shlex.quote(json.dumps(body))}"
        said = self.runs(
            f"curl --fail-with-body --silent --show-error --max-time 60 {header} {data} {options} "
            f"{shlex.quote(url)}"
        )
        return json.loads(said)

    def told(self, region: Region) -> list[str]:
        """Give the foci that people of a region are told, by both surfaces, which must agree."""
        options = ""
        if region.address6:
            self.runs(f"ip -6 address replace {region.address6}/64 dev ens18 nodad")
            hosts = {self.names["serverName"], self.api.removeprefix("https://")}
            known = " ".join(f"--resolve '{host}:443:[{self.gateway6}]'" for host in hosts)
            options = f"--interface {region.address6} {known}"
        document = f"https://{self.names['serverName']}/.well-known/matrix/client"
        for _ in range(LIMIT):
            found = self.ask(document, options=options)[FOCI]
            listed = self.ask(f"{self.api}/{TRANSPORTS}", options=options)["rtc_transports"]
            if found == self.ask(document, options=options)[FOCI]:
                assert listed == found, f"{region.name}: {listed}, the document {found}"
                return _names(found)
        raise RequestedAssertionFailed(f"{region.name}: the answers change all the time")

    def guests_told(self) -> list[str]:
        """Give the foci that guests are told."""
        return _names(self.ask(f"https://{self.guests}/{TRANSPORTS}")["rtc_transports"])

    def token_for(self, focus: str, room: str, device: str) -> dict[str, str]:
        """Ask the token service of a focus."""
        where = f"{self.api}/_matrix/client/v3/user/{self.user}/openid/request_token"
        proof = self.ask(where, {})
        wanted = {"room": room, "openid_token": proof, "device_id": device}
        got = self.ask(f"https://{self.names['rtcDomain']}/{focus}/sfu/get", wanted)
        return {"url": got["url"], "token": got["jwt"]}

    def call(
        self, name: str, focus: str, views: tuple[Names, Names] = ({}, {}), patience: int = LIMIT
    ) -> "Call":
        """Let two people talk on a focus; each may see some names in an own way."""
        for number, view in enumerate(views):
            person = f"{name}-{number}"
            wanted = self.token_for(focus, f"!{name}:example", person)
            more = {"says": "" if number else "hello", "seconds": LONG, "patience": patience}
            self._start(person, {**wanted, **more}, view)
        return Call(self, name)

    def _start(self, person: str, wanted: dict[str, Any], view: Names) -> None:
        known = self.runs("cat /etc/hosts").splitlines()
        hosts = [line for line in known if not set(line.split()[1:]) & set(view)]
        hosts += [f"{address} {name}" for name, address in view.items()]
        file = f"/run/{person}"
        inner = f"mount --bind {file}.hosts /etc/hosts; exec take-part < {file}.in > {file}.out"
        own = f'--quiet --collect --unit={person} --setenv=PATH="$PATH"'
        lines = "\n".join(hosts)
        self.runs(
            f"cat > {file}.hosts <<'END'\n{lines}\nEND\n"
            f"cat > {file}.in <<'END'\n{json.dumps(wanted)}\nEND\n"
            f"systemd-run {own} unshare --mount sh -c {shlex.quote(inner)}"
        )

    def watch(self, name: str, *urls: str) -> None:
        """Ask for pages all the time, and write down how it went."""
        ask = "curl --silent --output /dev/null --max-time 20 --write-out '%{http_code}\\n'"
        once = "; ".join(f"{ask} {shlex.quote(url)} || true" for url in urls)
        loop = f"while true; do {once}; sleep 0.5; done > /run/{name}.codes"
        self.runs(f"systemd-run --quiet --collect --unit={name} sh -c {shlex.quote(loop)}")

    def seen(self, name: str) -> dict[str, int]:
        """Give how often each answer came until now."""
        found: dict[str, int] = {}
        for code in self.runs(f"cat /run/{name}.codes").split():
            found[code] = found.get(code, 0) + 1
        return found


class Call:
    """Two people on one focus, who talk until the call is ended."""

    def __init__(self, people: People, name: str) -> None:
        """Describe a call that has begun."""
        self.people = people
        self.name = name

    def wait_until_heard(self) -> None:
        """Wait until the one hears the other; else say what became of both."""
        hears = f"journalctl --quiet --output=cat --unit={self.name}-1 | grep -q '^hears somebody'"
        client = self.people.client
        end = time.monotonic() + LIMIT
        while client.execute(hears)[0] != 0:
            if time.monotonic() > end:
                raise RequestedAssertionFailed(f"{self.name}: not heard: {self.told()}")
            time.sleep(0.5)

    def told(self) -> str:
        """Give what both said of how it goes."""
        units = f"--unit={self.name}-0 --unit={self.name}-1"
        return self.people.runs(f"journalctl --quiet {units}")

    def end(self) -> Heard:
        """End it, and give what the listener heard: first that one, who hears until then."""
        client = self.people.client
        for person in (f"{self.name}-1", f"{self.name}-0"):
            client.execute(f"systemctl stop {person}")
        said = self.people.runs(f"cat /run/{self.name}-1.out")
        if not said.strip():
            raise RequestedAssertionFailed(f"{self.name}: nothing came of it: {self.told()}")
        found = json.loads(said)
        if not found["heard"]:
            return Heard(0, 0.0, GONE)
        return Heard(found["heard"], round(found["silence"], 1), round(found["since"], 1))


def _names(listed: list[dict[str, str]]) -> list[str]:
    return [one["livekit_service_url"].rsplit("/", 1)[1] for one in listed]


def wait_until(what: str, condition: Any) -> None:
    """Wait until something is so."""
    end = time.monotonic() + LIMIT
    while not condition():
        if time.monotonic() > end:
            raise RequestedAssertionFailed(f"{what}: not within {LIMIT} s")
        time.sleep(0.5)
