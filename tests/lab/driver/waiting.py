"""Waiting for a condition: bounded, in steps of a second, with one last look at the end."""

import time
from collections.abc import Callable

from driver.durations import Duration, chosen
from driver.errors import RequestedAssertionFailed

STEP = 1.0
FIRST_STEP = 0.1


def retry(
    fn: Callable[[bool], bool],
    timeout_seconds: Duration | None = None,
    *,
    timeout: Duration | None = None,
) -> None:
    """Call a function until it gives true; it is told when it is called for the last time.

    The first second is looked at in smaller steps: most conditions are true almost at once.
    """
    limit = chosen(timeout_seconds, timeout, default=900)
    start = time.monotonic()
    while (passed := time.monotonic() - start) < limit:
        if fn(False):
            return
        time.sleep(min(STEP if passed >= STEP else FIRST_STEP, limit))
    if not fn(True):
        raise RequestedAssertionFailed(f"action timed out after {limit:g} s")
