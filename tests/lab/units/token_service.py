"""The token service of a focus: lk-jwt-service, or the stand-in of `tests/lab/token_service`."""

from pathlib import Path

from fleet import named
from fleet.rendered import Host
from units import service
from units.layer import Layer

VARIABLE = "RAMPART_LK_JWT_SERVICE"
PROGRAM = "/opt/rampart/bin/lk-jwt-service"
STAND_IN = Path(__file__).resolve().parents[1] / "token_service" / "lk-jwt-service"


def chosen() -> Path | None:
    """Give the real one's program if the environment names it; no registry serves it."""
    return named.program(VARIABLE)


def line(binary: Path | None) -> str:
    """Say in one line which one it is, and what that means."""
    if binary:
        return f"token service: lk-jwt-service ({binary})"
    return (
        f"token service: the lab's own as stand-in ({VARIABLE} is not set); "
        "nothing here shows what lk-jwt-service does"
    )


def shown(binary: Path | None) -> dict[Path, str]:
    """Give what machines must see: path of this host → path inside."""
    return {binary or STAND_IN: PROGRAM}


def add(layer: Layer, host: Host, unit: str) -> None:
    """Add the unit of one focus."""
    daemon = service.of(host, unit, "Token service", PROGRAM)
    daemon.environment.update(host.services[unit]["environment"])
    daemon.environment.update({"LIVEKIT_KEY_FILE": "%d/key"})
    daemon.settings.update({"DynamicUser": True})
    layer.unit(f"{unit}.service", daemon.text())
