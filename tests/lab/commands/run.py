"""`lab run STORY…`: each story in a lab of its own, or all in one that is up."""

import os
import re
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from commands import down, lab
from commands.lab import Lab
from commands.pool import Job, Outcome, Pool
from driver.errors import MachineError, reason
from driver.logger import Logger
from emulation import qemu, stories
from emulation.stories import Emulated
from fleet import programs
from fleet.programs import REPOSITORY
from machines import claim
from machines.place import Place

STORIES = REPOSITORY / "tests" / "vm"
PROGRAM = REPOSITORY / "tests" / "lab" / "lab"
OPENING = re.compile(r"# opening: ([a-z-]+\.py)\n")
FLEET = re.compile(r"^# fleet: ([a-z-]+)$", re.MULTILINE)
# Seconds of one story, its lab included; the longest was seen to take ten minutes.
LIMIT = 30 * 60.0
FLEETS = REPOSITORY / "tests" / "fleets"


@dataclass(frozen=True)
class Wanted:
    """What is to be run, and how."""

    stories: tuple[str, ...]
    # Another one than each story's own.
    fleet: Path | None = None
    keep: bool = False
    units: str = "rendered"
    # Run in this lab instead of new ones.
    place: Place | None = None

    def each(self) -> "list[Wanted]":
        """Give one of these for each story."""
        return [replace(self, stories=(name,)) for name in self.stories]

    def command(self) -> list[str]:
        """Give the command line of a process of its own."""
        keep = ["--keep"] if self.keep else []
        fleet = [f"--fleet={self.fleet}"] if self.fleet else []
        options = [*fleet, f"--units={self.units}", *keep]
        return [sys.executable, str(PROGRAM), "run", *self.stories, *options]

    def fleet_of(self, story: str) -> Path:
        """Give the fleet that a story runs on."""
        return self.fleet or own_fleet(story)


def run(wanted: Wanted, jobs: int, logger: Logger) -> int:
    """Run stories; the code is 1 when one fails."""
    for name in wanted.stories:
        scripts(name)
    start = time.monotonic()
    if wanted.place is not None:
        results = [in_place(wanted.place, one, logger) for one in wanted.each()]
    elif len(wanted.stories) == 1:
        results = [in_new_lab(wanted, logger)]
    else:
        results = [shown(outcome) for outcome in side_by_side(wanted.each(), jobs, logger)]
    if len(results) > 1:
        failed = f"{results.count(False)} FAILED" if not all(results) else "none failed"
        seconds = time.monotonic() - start
        print(f"together: {len(results)} stories in {seconds:.0f} s, {failed}", flush=True)
    return 0 if all(results) else 1


def all_stories() -> tuple[str, ...]:
    """Give the names of all stories."""
    return tuple(sorted(path.parent.name for path in STORIES.glob("*/script.py")))


def scripts(name: str) -> list[Path]:
    """Give a story's script, after those that it names as its opening, if any."""
    path = STORIES / name / "script.py"
    if not path.is_file():
        raise MachineError(f"no story {name}; there are {', '.join(all_stories())}")
    found = [path]
    while opening := OPENING.match(found[0].read_text()):
        found.insert(0, STORIES / opening[1])
    return found


def own_fleet(name: str) -> Path:
    """Give the fleet that a story names in its first lines: one of tests/fleets, or the example."""
    text = (STORIES / name / "script.py").read_text()
    named = FLEET.search(text)
    return FLEETS / named[1] / "hosts" if named else lab.EXAMPLE


def side_by_side(wanted: Sequence[Wanted], jobs: int, logger: Logger) -> Iterator[Outcome]:
    """Run several at once, each in a process and a lab of its own."""
    with logger.nested("programs"):
        os.environ["RAMPART_BIN"] = str(programs.find()["rampart"].parent)
    logger.log(f"{len(wanted)} runs, {jobs} at once")
    return Pool(jobs, logger, LIMIT).outcomes(
        [Job(one.stories[0], one.command()) for one in wanted]
    )


def shown(outcome: Outcome) -> bool:
    """Print all that a run said, in one piece."""
    print(outcome.output, end="", flush=True)
    return outcome.passed


def in_new_lab(wanted: Wanted, logger: Logger) -> bool:
    """Run one story in a lab that is made for it."""
    (name,) = wanted.stories
    if name in stories.STORIES and (refusal := qemu.refusal()):
        print(f"story {name}: skipped: {refusal}", flush=True)
        return True
    with claim.new() as place:
        try:
            return attempt(wanted, lambda: made(name, place, wanted, logger), logger)
        finally:
            if not wanted.keep:
                down.away(place)


def made(name: str, place: Place, wanted: Wanted, logger: Logger) -> Lab | Emulated:
    """Make the machines of a story."""
    if name in stories.STORIES:
        return stories.make(name, place, wanted.fleet_of(name), logger)
    return lab.make(place, wanted.fleet_of(name), logger, wanted.units)


def in_place(place: Place, wanted: Wanted, logger: Logger) -> bool:
    """Run one story in a lab that is there; what is emulated needs no lab that is up."""
    if wanted.stories[0] in stories.STORIES:
        return in_new_lab(wanted, logger)
    with claim.this(place):
        return attempt(wanted, lambda: lab.find(place, logger), logger)


def attempt(wanted: Wanted, found: Callable[[], Lab | Emulated], logger: Logger) -> bool:
    """Run one story and say how it went."""
    (name,) = wanted.stories
    paths = scripts(name)
    start = time.monotonic()
    logger.warnings.clear()
    passed, units, stand_ins, because = False, wanted.units, list[str](), list[str]()
    try:
        one = found()
        if isinstance(one, Lab):
            units, stand_ins = one.units, one.stand_ins
        logger.log(f"lab {one.place.number}; {one.about}")
        one.driver().run_scripts(*paths)
        passed = True
    except Exception as error:
        logger.error(failure(error, paths))
        because = [reason(error)]
    seconds = time.monotonic() - start
    outcome = "passed" if passed else "FAILED"
    what = f"{outcome} in {seconds:.0f} s, {how(name, units, stand_ins)}"
    line = "; ".join([what, *logger.warnings, *because])
    print(f"story {name}: {line}", flush=True)
    return passed


def how(name: str, units: str, stand_ins: Sequence[str]) -> str:
    """Say what a story's result depends on, as every line about it does."""
    if name in stories.STORIES:
        return "machines emulated"
    notes = [f"stand-ins: {', '.join(stand_ins)}"] if stand_ins else []
    return "; ".join([f"units {units}", *notes])


def failure(error: Exception, paths: list[Path]) -> str:
    """Give the error with the lines of the scripts that led to it, and no others."""
    if os.environ.get("RAMPART_LAB_TRACE"):
        return "".join(traceback.format_exception(error))
    lines = {str(path): path.read_text().splitlines() for path in paths}
    where = [
        f"  {Path(frame.filename).name}:{frame.lineno}: "
        f"{lines[frame.filename][(frame.lineno or 1) - 1].strip()}"
        for frame in traceback.extract_tb(error.__traceback__)
        if frame.filename in lines
    ]
    return "\n".join([f"{type(error).__name__}: {error}", *where])
