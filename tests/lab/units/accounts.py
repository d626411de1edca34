"""Users and groups of the daemons that the shared root does not know."""

from units.layer import Layer

USERS = {"traefik": 901, "tuwunel": 902, "rampart-guard": 903, "rampart-broker": 904}
# Who is in the group of the homeserver's socket.
MEMBERS = {"tuwunel": "rampart-guard,rampart-broker"}


def add(layer: Layer) -> None:
    """Add all of them; one list for every machine."""
    for name, number in USERS.items():
        layer.extend("/etc/passwd", f"{name}:x:{number}:{number}::/nonexistent:/usr/sbin/nologin\n")
        layer.extend("/etc/group", f"{name}:x:{number}:{MEMBERS.get(name, '')}\n")
