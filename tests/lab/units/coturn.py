"""coturn. Its secrets are added to its file when it starts: they are in no file of the layer."""

from pathlib import Path

from fleet import named
from fleet.rendered import Host
from units import service
from units.layer import Layer

VARIABLE = "RAMPART_COTURN"
PROGRAM = "/usr/bin/turnserver"
PLAIN = "/etc/rampart/turnserver.conf"
FULL = "/run/coturn/turnserver.conf"
START = "/etc/rampart/turnserver"
# Of lines about a person.
NAMING = "user(name)?[ =]*<|session [0-9]+: |remote addr|unreachable from"
PREPARE = "/etc/rampart/turnserver-secrets"
# Of the lab: where it logs, and where it may write.
OWN = ["log-file=stdout", "simple-log", "pidfile=/run/coturn/turnserver.pid"]


def chosen() -> Path | None:
    """Give another one's program if the environment names it, in the place of Debian's."""
    return named.program(VARIABLE)


def line(binary: Path | None) -> str:
    """Say in one line which one it is."""
    return f"relay: coturn ({binary})" if binary else f"relay: Debian's ({VARIABLE} is not set)"


def shown(binary: Path | None) -> dict[Path, str]:
    """Give what machines must see: path of this host → path inside."""
    return {binary: PROGRAM} if binary else {}


def add(layer: Layer, host: Host) -> None:
    """Add settings, the script that completes them, and the unit."""
    settings = host.services["coturn"]
    lines = [line for key, value in settings["settings"].items() for line in spelled(key, value)]
    layer.write(PLAIN, "\n".join([*lines, *OWN]) + "\n")
    layer.write(PREPARE, script(len(settings["secrets"])))
    # As `LogFilterPatterns` in `modules/daemons/coturn.nix`, which Debian's systemd does not know.
    discreet = service.discreet(f"'{NAMING}'")
    layer.write(START, f"exec {PROGRAM} -c {FULL} {discreet}\n")
    daemon = service.of(host, "coturn", "coturn", f"/bin/bash {START}")
    daemon.settings.update(
        {
            "User": "turnserver",
            "RuntimeDirectory": "coturn",
            "ExecStartPre": f"/bin/bash {PREPARE}",
            "LimitNOFILE": 65535,
            # As `modules/daemons/coturn.nix` has it: a deployment hangs up on nobody.
            "X-RestartIfChanged": False,
        }
    )
    layer.unit("coturn.service", daemon.text())


def spelled(key: str, value: object) -> list[str]:
    """Give a setting's lines."""
    if isinstance(value, bool):
        return [key] if value else []
    values = value if isinstance(value, list) else [value]
    return [f"{key}={one}" for one in values]


def script(secrets: int) -> str:
    """Give the commands that append each secret."""
    lines = ["set -eu", "umask 077", f"cat {PLAIN} > {FULL}"]
    for index in range(secrets):
        secret = f'"$(< "$CREDENTIALS_DIRECTORY/secret-{index}")"'
        lines.append(f"printf 'static-auth-secret=%s\\n' {secret} >> {FULL}")
    return "\n".join(lines) + "\n"
