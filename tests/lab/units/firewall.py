"""The host's only table, loaded before its network is up."""

from fleet.rendered import Host
from units import service
from units.layer import Layer

RULES = "/etc/rampart/firewall.nft"


def add(layer: Layer, host: Host) -> None:
    """Add rules and unit."""
    layer.write(RULES, host.data["firewall"])
    unload = "/usr/sbin/nft delete table inet rampart"
    # In one transaction, as nixpkgs' unit does it.
    again = f"/bin/sh -c '{{ echo delete table inet rampart; cat {RULES}; }} | /usr/sbin/nft -f -'"
    deployed: dict[str, service.Value] = {
        "ExecStop": unload,
        "ExecReload": again,
        "X-ReloadIfChanged": True,
        "X-Rules": service.digest(host.data["firewall"]),
    }
    text = service.once("Firewall", f"/usr/sbin/nft -f {RULES}", "", "", **deployed)
    layer.unit("rampart-firewall.service", text)
