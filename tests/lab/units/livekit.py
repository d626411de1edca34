"""LiveKit."""

import json

from fleet.rendered import Host
from units import service
from units.layer import UNITS, Layer

FILE = "/etc/rampart/livekit.yaml"
START = "/etc/rampart/livekit"
# Of lines about a room or a person, and of such as repeat a pass.
NAMING = '"(room|participant)|invalid token: '
# Ways to go down that Debian's systemd has.
ENDS = ("halt", "kexec", "poweroff", "reboot")


def add(layer: Layer, host: Host) -> None:
    """Add settings and unit. JSON is YAML."""
    layer.write(FILE, json.dumps(host.services["livekit"], indent=2))
    # As `LogFilterPatterns` in `modules/daemons/livekit.nix`, which Debian's systemd does not know.
    # It begins before the password is in the environment.
    discreet = service.discreet(f"'{NAMING}'")
    lines = ["set -eu", f"exec {discreet}"]
    if "redis-password" in host.credentials("livekit"):
        # The server takes this password from its environment only, or from its settings.
        lines.append('export REDIS_PASSWORD="$(cat "$CREDENTIALS_DIRECTORY/redis-password")"')
    keys = '--key-file "$CREDENTIALS_DIRECTORY/keys"'
    lines.append(f"exec /opt/rampart/bin/livekit-server --config {FILE} {keys}")
    layer.write(START, "\n".join(lines) + "\n")
    daemon = service.of(host, "livekit", "LiveKit", f"/bin/bash {START}")
    patience = host.options(host.role)["livekit"]["drainTime"]
    daemon.settings.update({"DynamicUser": True, "LimitNOFILE": 65535, "TimeoutStopSec": patience})
    # As `modules/daemons/livekit.nix` has it: a deployment hangs up on nobody.
    daemon.settings["X-RestartIfChanged"] = False
    layer.unit("livekit.service", daemon.text())
    # As there, too: a host that goes down gives its calls their time.
    longer = service.section("Unit", {"JobTimeoutSec": f"{patience} 30min"})
    for end in ENDS:
        layer.write(f"{UNITS}/{end}.target.d/overrides.conf", longer)
    _health(layer, host.data["units"]["livekit"]["health"])


def _health(layer: Layer, way: dict[str, str]) -> None:
    """Add the way by which steering looks at the server; it is closed before the server stops."""
    unit: dict[str, service.Value] = {
        "Description": "Health of the media server",
        "After": "livekit.service",
        "PartOf": "livekit.service",
    }
    # By default a socket is before every service, this one's included.
    late: dict[str, service.Value] = {
        "DefaultDependencies": False,
        "Conflicts": "shutdown.target",
        "Before": "shutdown.target",
    }
    socket: dict[str, service.Value] = {"ListenStream": way["listen"]}
    wanted: dict[str, service.Value] = {"WantedBy": "livekit.service"}
    parts = [("Unit", {**unit, **late}), ("Socket", socket), ("Install", wanted)]
    text = "\n".join(service.section(name, entries) for name, entries in parts)
    layer.write(f"{UNITS}/livekit-health.socket", text)
    layer.link(f"{UNITS}/livekit.service.wants/livekit-health.socket", "../livekit-health.socket")
    body: dict[str, service.Value] = {
        "Type": "exec",
        "ExecStart": f"/lib/systemd/systemd-socket-proxyd {way['to']}",
        "DynamicUser": True,
    }
    unit["Requires"] = "livekit-health.socket"
    parts = [("Unit", unit), ("Service", body)]
    text = "\n".join(service.section(name, entries) for name, entries in parts)
    layer.write(f"{UNITS}/livekit-health.service", text)
