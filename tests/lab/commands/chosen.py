"""Which of the labs that are up a command is about."""

from commands import lab, traces
from driver.errors import MachineError
from machines.place import Place


def up() -> list[Place]:
    """Give the labs that came up."""
    return [place for place in traces.places() if (place.folder / lab.RECORD).exists()]


def one(number: int | None) -> Place:
    """Give the lab with this number, or the only one."""
    found = up()
    if number is not None:
        return Place(number)
    if not found:
        raise MachineError("no lab is up")
    if len(found) > 1:
        numbers = ", ".join(str(place.number) for place in found)
        raise MachineError(f"labs {numbers} are up: say which one by --lab")
    return found[0]
