"""The tunnel's interface, which networkd cannot make in a container."""

from evaluated import files
from evaluated.evaluation import Evaluated
from evaluated.store import Store
from units import service
from units.layer import Layer
from units.service import Service

FILE = "/etc/rampart/40-wg-fleet.netdev"
UNIT = "rampart-lab-tunnel.service"
AFTER = "rampart-tunnel-key.service"


def add(layer: Layer, evaluated: Evaluated, store: Store) -> str:
    """Add networkd's file under another name, and a unit of the lab that reads it."""
    layer.write(FILE, files.text_of(evaluated, files.NETDEV, store))
    daemon = Service("Tunnel in user space", f"/usr/bin/python3 -m evaluated.wireguard {FILE}")
    daemon.after = [AFTER]
    daemon.environment = {"PYTHONPATH": "/opt/rampart/lab", "WG_PROCESS_FOREGROUND": "1"}
    layer.unit(UNIT, daemon.text().replace(f"{service.NETWORK} ", ""))
    return f"/etc/{files.NETDEV}: read by wireguard-go, the kernel has no WireGuard"
