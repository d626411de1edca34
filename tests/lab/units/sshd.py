"""The SSH server."""

from fleet.rendered import Host
from units import service
from units.layer import Layer

FILE = "/etc/rampart/sshd_config"
KEYS = "/etc/ssh/authorized_keys.d/root"


def add(layer: Layer, host: Host) -> None:
    """Add settings, keys and unit."""
    settings = host.services["sshd"]
    lines = [f"Port {port}" for port in settings["ports"]]
    lines += [f"{key} {service.word(value)}" for key, value in settings["settings"].items()]
    lines += [f"AuthorizedKeysFile {KEYS}", "UsePAM no"]
    layer.write(FILE, "\n".join(lines) + "\n")
    layer.write(KEYS, "\n".join(settings["authorizedKeys"]) + "\n")
    daemon = service.of(host, "sshd", "SSH", f"/usr/sbin/sshd -D -e -f {FILE}")
    daemon.settings.update({"RuntimeDirectory": "sshd", "ExecStartPre": "/usr/bin/ssh-keygen -A"})
    layer.unit("sshd.service", daemon.text())
