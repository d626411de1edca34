"""What the processes of a machine take of memory."""

import re
from collections import Counter
from pathlib import Path

from machines.container import Container

RESIDENT, PROPORTIONAL = "resident", "proportional"


def by_unit(container: Container) -> dict[str, Counter[str]]:
    """Give the bytes of each unit's processes; those of no service are called systemd's.

    Resident is what a unit's processes see; proportional counts what processes share only once
    (proc(5), `smaps_rollup`).
    """
    found: dict[str, Counter[str]] = {}
    for pid in container.cgroup.processes():
        try:
            groups = Path(f"/proc/{pid}/cgroup").read_text()
            rows = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]
        except OSError:
            continue
        units = re.findall(r"/([^/\n]+)\.service", groups)
        sizes = {row.split(":")[0]: int(row.split()[1]) * 1024 for row in rows}
        known = found.setdefault(units[-1] if units else "systemd", Counter())
        known.update({RESIDENT: sizes["Rss"], PROPORTIONAL: sizes["Pss"]})
    return found
