"""`lab shell HOST` and `lab logs HOST`: this process becomes a command inside the machine."""

import os
from collections.abc import Sequence

from commands import lab
from driver.logger import Logger
from machines.place import Place


def shell(place: Place, name: str, words: Sequence[str], logger: Logger) -> int:
    """Become a shell, or the given command."""
    return become(place, name, list(words) or ["bash", "-l"], logger)


def logs(place: Place, name: str, units: Sequence[str], follow: bool, logger: Logger) -> int:
    """Become the journal's reader."""
    chosen = [f"--unit={unit}" for unit in units]
    words = ["journalctl", "--no-pager", *(["-f"] if follow else []), *chosen]
    return become(place, name, words, logger)


def become(place: Place, name: str, words: list[str], logger: Logger) -> int:
    """Replace this process."""
    container = lab.find(place, logger).container(name)
    command = container.enter_command(*words, terminal=os.environ.get("TERM", "dumb"))
    container.cgroup.enter()
    os.execvp(command[0], command)
