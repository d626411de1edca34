"""Files that guests of several stories have in common."""

from emulation import shell
from emulation.archive import Archive

UNITS = "etc/systemd/system"
NETWORK = "etc/systemd/network"
SECRETS = "/run/rampart-secrets"
ADDRESS = """\
[Match]
Name={name}
[Network]
Address={address}
LinkLocalAddressing=no
"""


def add_name(files: Archive, name: str, top: str = "") -> None:
    """Name a guest."""
    files.file(f"{top}etc/hostname", f"{name}\n")


def add_shell(files: Archive, top: str = "") -> None:
    """Give the driver its way in."""
    files.file(f"{top}etc/lab-shell", shell.SCRIPT)
    add_unit(files, "backdoor.service", shell.UNIT, top)


def add_unit(
    files: Archive, name: str, text: str, top: str = "", target: str = "multi-user.target"
) -> None:
    """Add a unit that a target starts."""
    files.file(f"{top}{UNITS}/{name}", text)
    want(files, name, f"/{UNITS}/{name}", top, target)


def want(files: Archive, name: str, unit: str, top: str, target: str) -> None:
    """Let a target start a unit."""
    files.link(f"{top}{UNITS}/{target}.wants/{name}", unit)


def add_network(files: Archive, name: str, text: str, target: str = "multi-user.target") -> None:
    """Add a network of systemd-networkd, and start it."""
    files.file(f"{NETWORK}/{name}", text)
    daemon = "systemd-networkd.service"
    want(files, daemon, f"/usr/lib/systemd/system/{daemon}", "", target)


def add_address(
    files: Archive, interface: str, address: str, target: str = "multi-user.target"
) -> None:
    """Give an interface one address."""
    text = ADDRESS.format(name=interface, address=address)
    add_network(files, "10-address.network", text, target)


def add_secrets(files: Archive, secrets: dict[str, bytes]) -> None:
    """Put secrets where a host has them, by their names."""
    rules = [f"d {SECRETS} 0711 root root\n"]
    for name, content in secrets.items():
        files.file(f"etc/lab-secrets/{name}", content, 0o400)
        rules.append(f"C {SECRETS}/{name} 0400 root root - /etc/lab-secrets/{name}\n")
    files.file("etc/tmpfiles.d/secrets.conf", "".join(rules))
