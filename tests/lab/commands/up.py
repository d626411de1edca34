"""`lab up`: the whole fleet on this machine."""

import time
from pathlib import Path

from commands import lab
from commands.lab import Lab
from driver.logger import Logger
from machines.place import Place
from network.plan import CLIENT

BOOT_LIMIT = 120


def up(place: Place, fleet: Path, logger: Logger) -> int:
    """Make the lab, boot all machines, wait for their units, say how to use it."""
    start = time.monotonic()
    made = lab.make(place, fleet, logger)
    made.driver().start_all()
    settle(made)
    took = time.monotonic() - start
    print(
        f"lab {place.number}: {len(made.containers)} machines up in {took:.0f} s; {made.homeserver}"
    )
    for host in made.hosts:
        facts = host.facts
        addresses = [facts["publicAddress"], facts["lanAddress"], facts["tunnelAddress"]]
        print(f"  {host.name:14} {facts['role']:8} {'  '.join(a for a in addresses if a)}")
    print(f"  {CLIENT:14} somebody on the internet: `lab shell {CLIENT}`, then curl https://…")
    print("An account: `lab shell <core>`, then `make-account NAME PASSWORD`.")
    return 0


def settle(made: Lab) -> None:
    """Wait until every machine has started what it starts at boot."""
    with made.logger.nested("units"):
        for container in made.containers:
            container.wait_for_unit("multi-user.target", timeout=BOOT_LIMIT)
