"""What every machine has: name, trust, users, journal, the host's own file."""

import hashlib

from machines import host_commands
from units.layer import Layer

BUNDLE = "/etc/ssl/certs/ca-certificates.crt"


def add(layer: Layer, name: str, hosts_file: str, authority: str) -> None:
    """Add it to a machine's layer."""
    # Without one, systemd takes the boot for the first and enables what it finds.
    layer.write("/etc/machine-id", hashlib.md5(f"rampart-lab {name}".encode()).hexdigest() + "\n")
    layer.write("/etc/hostname", f"{name}\n")
    layer.write("/etc/hosts", hosts_file)
    layer.write("/etc/host.conf", "multi on\n")
    layer.write(BUNDLE, authority)
    layer.write("/etc/ssl/certs/rampart-lab.pem", authority)
    number = host_commands.run("openssl", "x509", "-noout", "-subject_hash", text=authority)
    layer.link(f"/etc/ssl/certs/{number.strip()}.0", "rampart-lab.pem")


def journal(layer: Layer, settings: dict[str, str]) -> None:
    """Add the journal's settings."""
    lines = [f"{key}={value}" for key, value in settings.items()]
    text = "\n".join(["[Journal]", *lines]) + "\n"
    layer.write("/etc/systemd/journald.conf.d/rampart.conf", text)
