# Opening of stories about the chain: people, gateway, guard, homeserver.
#
# A story whose first line is `# opening: chain.py` starts with this file. Which hosts there are is
# read from each host's own file. Requests go through the chain, or past it: straight to the
# homeserver's socket, which is how a story looks at what really happened.
import copy
import json
import re
import shlex
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

HOST_FILE = "/etc/rampart/host.json"
RULES = "/etc/rampart/traefik/dynamic.yaml"
SOCKET = "/run/tuwunel/tuwunel.sock"
KEPT_SOCKET = "/run/tuwunel/kept.sock"
DOOR = f"--unix-socket {SOCKET} -H 'X-Forwarded-For: 127.0.0.1'"
RECORD = "/run/rampart-record.jsonl"
# Of a unit.
OVERRIDE = "/run/systemd/system/{}.service.d"
PASSWORD = "correct-horse-battery-staple"
LIMIT = 180
# Of a router of Traefik, but for its rule.
TO_GUARD = {"entryPoints": ["websecure"], "service": "guard", "tls": {}}
# Numbers of the rule files that Traefik was given.
TAKEN = iter(range(1, 1000))
# The lock forbids every redaction; only who makes a room past the chain can leave it out.
UNLOCKED = {"redact": 50, "events": {"m.room.redaction": 0}}

start_all()

files: dict[str, dict[str, Any]] = {
    machine.name: json.loads(machine.succeed(f"cat {HOST_FILE}"))
    for machine in machines
    if machine.name not in ["client", "router"]
}


def of_role(role: str) -> Any:
    (found,) = [m for m in machines if m.name in files and files[m.name]["facts"]["role"] == role]
    return found


gateway, core = of_role("gateway"), of_role("core")
names = files[gateway.name]["options"]["gateway"]
server, api_host = str(names["serverName"]), str(names["clientDomain"])
api = f"https://{api_host}"
settings = files[core.name]["services"]["rampart-guard"]
guard_address = str(settings["listen"][0])
routers = files[gateway.name]["services"]["traefik"]["dynamic"]["http"]["routers"]


class Answer:
    """What came back: status (0: nothing), headers, text."""

    def __init__(self, said: str) -> None:
        # An answer before the real one is no answer.
        while re.match(r"HTTP/\S+ 1\d\d", said):
            said = said.partition("\r\n\r\n")[2]
        head, _, self.text = said.partition("\r\n\r\n")
        first, *lines = head.split("\r\n")
        self.version = first.partition(" ")[0]
        self.status = int(first.split(" ")[1]) if self.version.startswith("HTTP/") else 0
        self.headers = {k.lower(): v.strip() for k, _, v in (line.partition(":") for line in lines)}

    @property
    def json(self) -> Any:
        return json.loads(self.text) if self.text.startswith(("{", "[")) else {}

    def __repr__(self) -> str:
        return f"{self.status} {self.text[:300]}"


def curl(method: str, url: str, body: Any, token: str, options: str) -> str:
    """Give a command that prints head and body of the answer, or nothing."""
    how = "--head" if method == "HEAD" else f"-X {shlex.quote(method)}"
    header = f"-H 'Authorization: Bearer {token}'" if token else ""
    data = "" if body is None else "-H 'Content-Type: application/json' --data-binary @-"
    text = body if isinstance(body, str) else json.dumps(body)
    return (
        f"curl --silent --include --max-time 60 --globoff --path-as-is {options} {how} {header} "
        f"{data} {shlex.quote(url)} <<'END' || true\n{text}\nEND"
    )


def ask(
    method: str, path: str, body: Any = None, token: str = "", options: str = "", where: str = api
) -> Answer:
    """Send a request through the whole chain, as people do."""
    return Answer(client.succeed(curl(method, where + path, body, token, options)))


def direct(method: str, path: str, body: Any = None, token: str = "") -> Answer:
    """Ask the homeserver itself, past everything."""
    return Answer(core.succeed(curl(method, f"http://{server}{path}", body, token, DOOR)))


def done(answer: Answer) -> Any:
    """Give the answer's JSON; it must be a good one."""
    assert answer.status == 200, answer
    return answer.json


def v3(rest: str) -> str:
    return f"/_matrix/client/v3/{rest}"


def log_in(user: str) -> Answer:
    who = {"type": "m.id.user", "user": user}
    login = {"type": "m.login.password", "identifier": who, "password": PASSWORD}
    return direct("POST", v3("login"), login)


def person(user: str, kind: str = "") -> Any:
    """Give an account with a token; it is made when it is not there."""
    answer = log_in(user)
    if answer.status != 200:
        core.succeed(f"make-account {user} {shlex.quote(PASSWORD)} {kind}")
        core.wait_until_succeeds(f"curl -sf --unix-socket {SOCKET} http://x{VERSIONS}", timeout=60)
        answer = log_in(user)
    return done(answer)


def open_room(owner: Any, *guests: Any, **more: Any) -> str:
    """Open a room past the chain, and give its id."""
    wanted = {"preset": "trusted_private_chat", "invite": [g["user_id"] for g in guests], **more}
    room = str(done(direct("POST", v3("createRoom"), wanted, owner["access_token"]))["room_id"])
    for guest in guests:
        done(direct("POST", v3(f"join/{room}"), {}, guest["access_token"]))
    return room


def say(room: str, text: str, account: Any, number: str) -> str:
    """Send a message past the chain, and give its id."""
    path = v3(f"rooms/{room}/send/m.room.message/{number}")
    message = {"msgtype": "m.text", "body": text}
    return str(done(direct("PUT", path, message, account["access_token"]))["event_id"])


# What it was before.

VERSIONS = "/_matrix/client/versions"


def wait_for_chain() -> None:
    """Wait until people reach the homeserver."""
    client.wait_until_succeeds(f"curl --fail --silent --max-time 5 {api}{VERSIONS}", timeout=LIMIT)


def override(machine: Any, unit: str, changes: dict[str, Any]) -> None:
    """Give a program of ours a configuration with other values; keys with a dot are nested."""
    changed = copy.deepcopy(files[machine.name]["services"][unit])
    for key, value in changes.items():
        *way, last = key.split(".")
        inner = changed
        for word in way:
            inner = inner[word]
        inner[last] = value
    folder = OVERRIDE.format(unit)
    shown = machine.succeed(f"systemctl show --property=ExecStart --value {unit}")
    program = shown.partition("path=")[2].split()[0]
    lines = f"[Service]\nExecStart=\nExecStart={program} run --config {folder}/settings.json\n"
    machine.succeed(
        f"mkdir -p {folder}",
        f"cat > {folder}/settings.json <<'END'\n{json.dumps(changed)}\nEND",
        f"cat > {folder}/other.conf <<'END'\n{lines}END",
        "systemctl daemon-reload",
    )


def restore(machine: Any, unit: str) -> None:
    """Let a program have its own configuration again."""
    machine.succeed(f"rm -rf {OVERRIDE.format(unit)}", "systemctl daemon-reload")


@contextmanager
def running_with(machine: Any, unit: str, changes: dict[str, Any]) -> Generator[None, None, None]:
    """Run a program of ours with other values for a while."""
    override(machine, unit, changes)
    machine.succeed(f"systemctl restart {unit}")
    wait_for_chain()
    try:
        yield
    finally:
        restore(machine, unit)
        machine.succeed(f"systemctl restart {unit}")


def start_relay(name: str, options: str) -> None:
    """Run a hop that judges nothing (`tests/lab/chain/relay.py`)."""
    program = "$(command -v python3) -B -m chain.relay"
    own = "--setenv=PYTHONPATH=/etc/rampart --property=LimitNOFILE=65536"
    core.succeed(f"systemd-run --quiet --collect --unit={name} {own} {program} {options}")


@contextmanager
def recorded() -> Generator[None, None, None]:
    """Write down what arrives at the homeserver, and what it answers."""
    core.succeed(f"mv {SOCKET} {KEPT_SOCKET}", f"rm -f {RECORD}", f"touch {RECORD}")
    start_relay("record", f"--listen {SOCKET} --to {KEPT_SOCKET} --record {RECORD}")
    core.wait_until_succeeds(f"curl -sf --unix-socket {SOCKET} http://x{VERSIONS}", timeout=30)
    core.succeed("systemctl restart rampart-guard")
    wait_for_chain()
    try:
        yield
    finally:
        core.succeed("systemctl stop record", f"mv {KEPT_SOCKET} {SOCKET}")
        core.succeed("systemctl restart rampart-guard")


@contextmanager
def naive_hop() -> Generator[None, None, None]:
    """Put a hop that judges nothing in the place of the guard."""
    core.succeed("systemctl stop rampart-guard")
    start_relay("naive-hop", f"--listen {guard_address} --to {SOCKET}")
    wait_for_chain()
    try:
        yield
    finally:
        core.succeed("systemctl stop naive-hop", "systemctl start rampart-guard")
        wait_for_chain()


def is_readable(headers: dict[str, str], text: str) -> bool:
    """Tell whether a refusal is a Matrix error with a sentence, also for clients in a browser."""
    said = json.loads(text) if text.startswith("{") else {}
    is_error = said.get("errcode", "").startswith("M_") and said.get("error", "").endswith(".")
    return headers.get("access-control-allow-origin") == "*" and is_error


def rules() -> Any:
    """Give Traefik's routers, services and middlewares as they are."""
    return json.loads(gateway.succeed(f"cat {RULES}"))


def write_rules(text: str) -> None:
    """Replace Traefik's dynamic file at once, as an activation of NixOS does."""
    gateway.succeed(
        f"cat > {RULES}.new <<'END'\n{text}\nEND",
        f"chmod 0444 {RULES}.new && mv {RULES}.new {RULES}",
    )


PROBE = curl(
    "POST", f"{api}/_synapse/admin/v1/purge_history/x", {}, "", "--write-out ' %{http_code}'"
)


def take_rules(changed: Any) -> None:
    """Replace Traefik's dynamic file, and wait until Traefik goes by it."""
    number = next(TAKEN)
    rule = f"Host(`{api_host}`) && Path(`/taken-{number}`)"
    changed["http"]["routers"]["taken"] = {
        **TO_GUARD,
        "rule": rule,
        "priority": 100001,
        "middlewares": ["away"],
    }
    changed["http"]["middlewares"]["away"] = {
        "redirectRegex": {"regex": ".*", "replacement": f"{api}/"}
    }
    write_rules(json.dumps(changed))
    code = f"curl --silent --output /dev/null --write-out '%{{http_code}}' {api}/taken-{number}"
    client.wait_until_succeeds(f"test $({code}) = 302", timeout=30)


@contextmanager
def open_gateway() -> Generator[None, None, None]:
    """Put a router before all others that lets everything through to the guard's place."""
    kept = gateway.succeed(f"cat {RULES}")
    opened = rules()
    opened["http"]["routers"]["open"] = {
        **TO_GUARD,
        "rule": f"Host(`{api_host}`)",
        "priority": 100000,
    }
    take_rules(opened)
    try:
        yield
    finally:
        write_rules(kept)


for machine in [gateway, core, client]:
    machine.wait_for_unit("multi-user.target", timeout=LIMIT)
for unit in ["tuwunel", "rampart-guard"]:
    core.wait_for_unit(f"{unit}.service", timeout=LIMIT)
gateway.wait_for_unit("traefik.service", timeout=LIMIT)
# It asks the homeserver things of its own, and the guard waits for its long polls when it stops.
if "rampart-bot" in files[core.name]["units"]:
    core.succeed("systemctl stop rampart-bot")
wait_for_chain()
