"""The warning of full volumes, which the lab's machines give when it is asked for."""

from fleet.programs import REPOSITORY
from fleet.rendered import Host
from units import service
from units.layer import UNITS, Layer

SCRIPT = REPOSITORY / "modules" / "parts" / "volumes.sh"
PROGRAM = "/usr/local/bin/rampart-volumes"


def add(layer: Layer, host: Host) -> None:
    """Add program and unit; no timer."""
    layer.write(PROGRAM, SCRIPT.read_text(), 0o755)
    level = host.options("disk")["warnAbove"]
    text = service.section("Service", {"Type": "oneshot", "ExecStart": f"{PROGRAM} {level}"})
    layer.write(f"{UNITS}/rampart-volumes.service", text)
