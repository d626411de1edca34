"""`lab down`: nothing is left of any lab that no other command works on."""

import sys

from commands import traces
from driver.errors import MachineError
from machines import claim
from machines.place import Place


def down(number: int | None) -> int:
    """Remove one lab, or every lab that nobody works on, and say so."""
    found = [one for one in traces.places() if number in (None, one.number)]
    traces.deaf_to_interrupts()
    results = [one(place) for place in found]
    traces.sweep()
    if all(results):
        print("lab is down, nothing is left" if found else "no lab was up")
    return 0 if all(results) else 1


def one(place: Place) -> bool:
    """Remove one lab, unless somebody works on it."""
    try:
        with claim.this(place):
            return away(place)
    except MachineError as error:
        print(error, file=sys.stderr)
        return False


def away(place: Place) -> bool:
    """Remove a lab that this process holds, look whether it is gone, and say what is not."""
    traces.deaf_to_interrupts()
    traces.remove(place)
    left = traces.of(place)
    for line in left:
        print(f"left behind of lab {place.number}: {line}", file=sys.stderr)
    return not left
