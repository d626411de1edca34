"""`lab soak STORY… N`: each story N times, unattended, with a table at the end."""

import statistics
from collections.abc import Sequence

from commands import run
from commands.pool import Outcome
from commands.run import Wanted
from driver.logger import Logger
from homeserver import kind

COLUMNS = f"{'story':32} {'runs':>5} {'failed':>7} {'fastest':>8} {'median':>7} {'slowest':>8}"
HEADER = f"{COLUMNS}  depends on"


def soak(wanted: Wanted, times: int, jobs: int, logger: Logger) -> int:
    """Run each story many times, in turn; the code is 1 when one run fails."""
    for name in wanted.stories:
        run.scripts(name)
    on = {name: run.how(name, wanted.units, kind.stand_ins()) for name in wanted.stories}
    outcomes = []
    for outcome in run.side_by_side(wanted.each() * times, jobs, logger):
        outcomes.append(outcome)
        word = "passed" if outcome.passed else "FAILED"
        done = f"{len(outcomes)} of {len(wanted.stories) * times}"
        took = f"{outcome.seconds:.0f} s, {on[outcome.story]}"
        print(f"{done}: {outcome.story} {word} in {took}", flush=True)
        if not outcome.passed:
            print(outcome.output, end="", flush=True)
    rows = [f"{row(name, outcomes)}  {on[name]}" for name in wanted.stories]
    print("\n".join([HEADER, *rows]))
    return 0 if all(outcome.passed for outcome in outcomes) else 1


def row(story: str, outcomes: Sequence[Outcome]) -> str:
    """Give a story's row; times are in seconds, with making and taking down the lab."""
    own = [outcome for outcome in outcomes if outcome.story == story]
    seconds = [outcome.seconds for outcome in own]
    failed = sum(not outcome.passed for outcome in own)
    low, middle, high = min(seconds), statistics.median(seconds), max(seconds)
    return f"{story:32} {len(own):5} {failed:7} {low:8.0f} {middle:7.0f} {high:8.0f}"
