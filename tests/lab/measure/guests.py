"""`lab measure-guests`: what letting guests in takes, on the example fleet in one lab.

How long the bot takes for an order beside an echo of the homeserver's, the page at a steady rate
beside the homeserver behind it, and the memory of the DMZ host beside its homeserver's alone.
"""

import json
import secrets
import shlex
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from commands import lab, up
from commands.filling import INSIDE
from commands.lab import EXAMPLE, Lab
from driver.errors import MachineError
from driver.logger import Logger
from machines import scratch
from machines.container import Container
from machines.memory import by_unit
from machines.place import Place
from measure.persons import log_in, post
from measure.run import machine, ticks
from network.plan import CLIENT

# Limits for one person and one address would be what is measured.
LIMITS = """
[core.bot]
per-minute = 1000

[dmz.page]
address-per-minute = 100000
token-per-minute = 10000
"""
STAFF = ("anna", "ben")
INVITED = 120
TOKENS = 20
RATE, ROUNDS = 200, 3
SOCKET = "/run/tuwunel/tuwunel.sock"
TOKENS_OF_ADMIN = "/_synapse/admin/v1/registration_tokens/"


def measure(place: Place, rounds: int, seconds: int, out: Path, logger: Logger) -> int:
    """Measure, and write everything down as JSON."""
    quiet = machine()
    with scratch.folder() as fleet:
        for file in ("fleet.toml", "allocations.json"):
            (fleet / file).write_text((EXAMPLE / file).read_text())
        with (fleet / "fleet.toml").open("a") as manifest:
            manifest.write(LIMITS)
        made = lab.make(place, fleet, logger)
    made.driver().start_all()
    up.settle(made)
    before = ticks()
    report: dict[str, Any] = {"homeserver": made.homeserver, "rate": RATE, "machine": quiet}
    report["date"] = datetime.now(UTC).isoformat(timespec="minutes")
    with logger.nested("orders"):
        report |= orders(made, rounds)
    with logger.nested("the page"):
        report["page"] = page(made, seconds)
    report["dmz"], report["core"] = (memory(machine_of(made, role)) for role in ("dmz", "core"))
    idle, total = (now - then for now, then in zip(ticks(), before, strict=True))
    report["idle"] = idle / max(total, 1)
    out.write_text(json.dumps(report, indent=1, ensure_ascii=False))
    print(f"wrote {out}")
    return 0


def machine_of(made: Lab, role: str) -> Container:
    """Give the only machine of a role."""
    return made.container(next(host.name for host in made.hosts if host.role == role))


def python(host: Container, module: str, wanted: dict[str, Any]) -> dict[str, Any]:
    """Run a module of the package `clients` in a machine."""
    program = f"PYTHONPATH={INSIDE}/lab python3 -B -m clients.{module}"
    said = host.succeed(f"{program} <<'END'\n{json.dumps(wanted)}\nEND", timeout=600)
    found: dict[str, Any] = json.loads(said)
    return found


def orders(made: Lab, rounds: int) -> dict[str, list[float]]:
    """Give how long echoes and orders take, asked where the bot itself asks."""
    core, client = machine_of(made, "core"), made.container(CLIENT)
    bot = next(host for host in made.hosts if host.role == "core").services["rampart-bot"]
    password, tokens = secrets.token_hex(12), {}
    for name in STAFF:
        user, _, api = up.account_on(made, name, password)
        tokens[name] = log_in(client, api, name, password)
    rooms, anna = f"{api}/_matrix/client/v3", tokens["anna"]
    room = invitation(client, rooms, anna)
    post(client, f"{rooms}/join/{quote(room)}", {}, anna)
    post(client, f"{rooms}/rooms/{quote(room)}/invite", {"user_id": user}, anna)
    post(client, f"{rooms}/join/{quote(room)}", {}, tokens["ben"])
    host, _, port = bot["homeserver"].rpartition(":")
    wanted = {"host": host, "port": int(port), "room": room, "rounds": rounds, **tokens}
    return python(core, "orders", wanted)


def invitation(client: Container, api: str, token: str) -> str:
    """Wait until the bot invites somebody into its room."""
    header = shlex.quote(f"Authorization: Bearer {token}")
    for _ in range(INVITED):
        sync = json.loads(client.succeed(f"curl --fail --silent -H {header} {api}/sync"))
        for room in sync.get("rooms", {}).get("invite", {}):
            return str(room)
        time.sleep(1)
    raise MachineError("the bot invites nobody")


def page(made: Lab, seconds: int) -> dict[str, dict[str, Any]]:
    """Give how long the page takes, and what it asks the homeserver; and less and less of both."""
    dmz = machine_of(made, "dmz")
    services = next(host for host in made.hosts if host.role == "dmz").services
    words = tokens(made)
    admin = dmz.succeed("cat /var/lib/rampart-broker/admin-token").strip()
    own = {"header": [f"Authorization: Bearer {admin}", "X-Forwarded-For: 127.0.0.1"]}
    enrol, answer = (port(services[unit]["listen"]) for unit in ("rampart-enrol", "rampart-answer"))
    asked: dict[str, dict[str, Any]] = {
        "page": {"place": enrol, "paths": [f"/register?token={word}" for word in words]},
        "homeserver": {"place": SOCKET, "paths": [TOKENS_OF_ADMIN + word for word in words], **own},
        "start": {"place": enrol, "paths": ["/register/start"]},
        "document": {"place": answer, "paths": ["/.well-known/matrix/client"]},
    }
    found: dict[str, dict[str, Any]] = {name: {"took": [], "refused": 0} for name in asked}
    for _ in range(ROUNDS):
        for name, wanted in asked.items():
            rate = {"header": [], "rate": RATE, "seconds": seconds}
            one = python(dmz, "steady", rate | wanted)
            found[name]["took"] += one["took"]
            found[name]["refused"] += one["refused"]
    return found


def port(listen: str | list[str]) -> int:
    """Give the port of an address."""
    return int((listen if isinstance(listen, str) else listen[0]).rpartition(":")[2])


def tokens(made: Lab) -> list[str]:
    """Order tokens at the tenant's broker, as the bot does."""
    core = next(host for host in made.hosts if host.role == "core")
    (tenant,) = core.services["rampart-bot"]["tenants"]
    secret = f"/run/rampart-secrets/broker-client-token-{tenant['name']}"
    who = {"by": tenant["staff"][0], "room": "!orders:example", "recipient": None, "note": None}
    ask = f"curl --fail --silent http://{tenant['broker']}/v1/token-create --json @-"
    ask += f' -H "Authorization: Bearer $(cat {secret})"'
    found = []
    for number in range(TOKENS):
        order = {**who, "ttl_seconds": 3600, "uses": 1, "staff": False, "key": f"measure-{number}"}
        said = made.container(core.name).succeed(f"{ask} <<'END'\n{json.dumps(order)}\nEND")
        found.append(json.loads(said)["url"].partition("token=")[2])
    return found


def memory(host: Container) -> dict[str, dict[str, int]]:
    """Give the memory of each unit's processes and of all of them, in bytes."""
    found = by_unit(host)
    return {
        name: dict(one) for name, one in {**found, "all": sum(found.values(), Counter())}.items()
    }
