"""The tunnel's interface, which networkd cannot make in a container."""

from evaluated import files
from evaluated.evaluation import Evaluated
from evaluated.store import Store
from units import service
from units.layer import Layer
from units.service import Service

FILE = "/etc/rampart/40-wg-fleet.netdev"
UNIT = "rampart-lab-tunnel.service"
AFTER, BEFORE = "rampart-tunnel-key.service", "rampart-tunnel.service"


def add(layer: Layer, evaluated: Evaluated, store: Store) -> str:
    """Add networkd's file under another name, and a unit of the lab that reads it."""
    text = files.text_of(evaluated, files.NETDEV, store)
    layer.write(FILE, text)
    program = "/usr/bin/python3 -m evaluated.wireguard"
    daemon = Service("Tunnel in user space", f"{program} run {FILE}")
    daemon.settings["ExecReload"] = f"{program} reload {FILE}"
    daemon.after = [AFTER]
    # The kernel's interface is there to the end: who listens on it can still say goodbye. This one
    # must outlive them, too.
    daemon.before = [BEFORE]
    daemon.environment = {"PYTHONPATH": "/opt/rampart/lab", "WG_PROCESS_FOREGROUND": "1"}
    # A changed file restarts networkd, which gives an interface that is there all its peers anew.
    daemon.triggers = {service.RELOAD: service.digest(text)}
    layer.unit(UNIT, daemon.text().replace(f"{service.NETWORK} ", ""))
    return f"/etc/{files.NETDEV}: read by wireguard-go, the kernel has no WireGuard"
