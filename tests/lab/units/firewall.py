"""The host's only table, loaded before its network is up."""

from fleet.rendered import Host
from units import service
from units.layer import Layer

RULES = "/etc/rampart/firewall.nft"


def add(layer: Layer, host: Host) -> None:
    """Add rules and unit."""
    layer.write(RULES, host.data["firewall"])
    unload = "/usr/sbin/nft delete table inet rampart"
    text = service.once("Firewall", f"/usr/sbin/nft -f {RULES}", ExecStop=unload)
    layer.unit("rampart-firewall.service", text)
