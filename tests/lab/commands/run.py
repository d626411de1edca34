"""`lab run STORY…`: each story in a new lab, or all in the one that is up."""

import os
import time
import traceback
from collections.abc import Sequence
from pathlib import Path

from commands import lab
from commands.down import down
from driver.errors import MachineError
from driver.logger import Logger
from fleet.programs import REPOSITORY
from machines import place

STORIES = REPOSITORY / "tests" / "vm"


def run(names: Sequence[str], fleet: Path, keep: bool, logger: Logger) -> int:
    """Run stories; the code is 1 when one fails."""
    scripts = {name: script(name) for name in names or all_stories()}
    results = [attempt(name, path, fleet, keep, logger) for name, path in scripts.items()]
    return 0 if all(results) else 1


def all_stories() -> list[str]:
    """Give the names of all stories."""
    return sorted(path.parent.name for path in STORIES.glob("*/script.py"))


def script(name: str) -> Path:
    """Give a story's script."""
    path = STORIES / name / "script.py"
    if not path.is_file():
        raise MachineError(f"no story {name}; there are {', '.join(all_stories())}")
    return path


def attempt(name: str, path: Path, fleet: Path, keep: bool, logger: Logger) -> bool:
    """Run one story and say how it went."""
    was_up = place.is_there()
    start = time.monotonic()
    try:
        found = lab.find(logger) if was_up else lab.make(fleet, logger)
        logger.log(found.homeserver)
        found.driver().test_script(path)
        outcome = "passed"
    except Exception as error:
        logger.error(failure(error, path))
        outcome = "FAILED"
    finally:
        if not was_up and not keep:
            down(quiet=True)
    print(f"story {name}: {outcome} in {time.monotonic() - start:.0f} s, units rendered")
    return outcome == "passed"


def failure(error: Exception, path: Path) -> str:
    """Give the error with the lines of the script that led to it, and no others."""
    if os.environ.get("RAMPART_LAB_TRACE"):
        return "".join(traceback.format_exception(error))
    frames = [f for f in traceback.extract_tb(error.__traceback__) if f.filename == str(path)]
    lines = path.read_text().splitlines() if frames else []
    where = [f"  {path.name}:{f.lineno}: {lines[(f.lineno or 1) - 1].strip()}" for f in frames]
    return "\n".join([f"{type(error).__name__}: {error}", *where])
