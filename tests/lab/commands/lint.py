"""`lab lint`: each story's script, linted and type-checked with its machines as globals."""

import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

from commands.run import all_stories, own_fleet, scripts
from driver.errors import MachineError
from driver.story import variable
from emulation import stories
from fleet import rendered
from machines import host_commands
from network.plan import CLIENT

LAB = Path(__file__).resolve().parents[1]
CONFIGURATION = LAB / "pyproject.toml"
# What `driver.story` gives to a script, for the type checker.
GLOBALS = """\
from driver.logger import Logger as _Logger
from driver.machine import BaseMachine as _Machine
from driver.story import Driver as _Driver
from driver.waiting import retry as retry
driver = _Driver([], _Logger())
machines: list[_Machine] = driver.machines
log = driver.logger
start_all, join_all, subtest = driver.start_all, driver.join_all, log.subtest
polling_condition = driver.conditions.polling_condition
"""


def lint(fleet: Path | None) -> int:
    """Check every story, with its own fleet or with this one; the code is 1 for a fault."""
    for tool in ("ruff", "mypy"):
        if shutil.which(tool) is None:
            raise MachineError(f"{tool}: not found")
    every = [(story, machines_of(story, fleet or own_fleet(story))) for story in all_stories()]
    return 0 if all([check(story, machines) for story, machines in every]) else 1


def machines_of(story: str, fleet: Path) -> Sequence[str]:
    """Give the names of a story's machines."""
    own = stories.STORIES.get(story)
    return own.machines if own else [CLIENT, *(host.name for host in rendered.read(fleet))]


def check(story: str, machines: Sequence[str]) -> bool:
    """Check one story and print what is wrong with it."""
    own = "".join(f"{variable(name)}: _Machine = machines[0]\n" for name in machines)
    with tempfile.TemporaryDirectory() as folder:
        whole = Path(folder) / f"{variable(story)}.py"
        text = "".join(path.read_text() for path in scripts(story))
        whole.write_text(GLOBALS + own + text)
        ruff = host_commands.attempt("ruff", "check", "--isolated", "--select=F", whole)
        options = (f"--config-file={CONFIGURATION}", f"--cache-dir={folder}/cache")
        mypy = host_commands.attempt("mypy", *options, whole, limit=300)
    faults = [done.stdout for done in (ruff, mypy) if done.returncode != 0]
    print(f"story {story}: {'fine' if not faults else 'at fault'}")
    print("".join(faults), end="")
    return not faults
