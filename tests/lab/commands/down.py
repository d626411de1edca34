"""`lab down`: nothing is left."""

import sys

from commands import traces


def down(*, quiet: bool = False) -> int:
    """Remove everything, look whether that is so, and say so."""
    was_there = bool(traces.all_traces())
    traces.deaf_to_interrupts()
    traces.remove()
    left = traces.all_traces()
    for line in left:
        print(f"left behind: {line}", file=sys.stderr)
    if not left and not quiet:
        print("lab is down, nothing is left" if was_there else "no lab was up")
    return 1 if left else 0
