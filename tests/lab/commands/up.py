"""`lab up`: the whole fleet on this machine."""

import secrets
import shlex
import time
from pathlib import Path

from commands import lab, status
from commands.lab import Lab
from driver.logger import Logger
from machines.place import Place
from network.plan import CLIENT

BOOT_LIMIT = 120
ACCOUNT = "anna"


def up(place: Place, fleet: Path, logger: Logger) -> int:
    """Make the lab, boot all machines, wait for their units, say how to use it."""
    start = time.monotonic()
    made = lab.make(place, fleet, logger)
    made.driver().start_all()
    settle(made)
    took = time.monotonic() - start
    memory = sum(map(status.memory, made.containers))
    size = f"{memory} MB in processes, {status.files(place)} MB in files"
    print(f"lab {place.number}: {len(made.containers)} machines up in {took:.0f} s, {size}")
    print(made.homeserver)
    print(made.token_service)
    print(made.relay)
    for host in made.hosts:
        facts = host.facts
        addresses = [facts["publicAddress"], facts["lanAddress"], facts["tunnelAddress"]]
        print(f"  {host.name:14} {facts['role']:8} {'  '.join(a for a in addresses if a)}")
    print(f"  {CLIENT:14} somebody on the internet: `lab shell {CLIENT}`, then curl https://…")
    print(account(made))
    print("A browser of this machine: `lab browser [URL]`. Away with it all: `lab down`.")
    return 0


def settle(made: Lab) -> None:
    """Wait until every machine has started what it starts at boot."""
    with made.logger.nested("units"):
        for container in made.containers:
            container.wait_for_unit("multi-user.target", timeout=BOOT_LIMIT)


def account(made: Lab) -> str:
    """Make an account as the fleet's administrator does, and say how to log in."""
    user, password, api = account_on(made, ACCOUNT, secrets.token_hex(12))
    return f"An account: {user}, password {password}, homeserver {api}"


def account_on(made: Lab, name: str, password: str) -> tuple[str, str, str]:
    """Make an account; give its id, its password and where the homeserver is."""
    core = next(host for host in made.hosts if host.role == "core")
    settings = core.services["tuwunel"]["global"]
    with made.logger.nested("an account"):
        made.container(core.name).succeed(f"make-account {name} {shlex.quote(password)}")
    return f"@{name}:{settings['server_name']}", password, settings["well_known"]["client"]
