"""All that NixOS evaluates for a host, in one machine's layer."""

from evaluated import accounts, evaluation, files, tunnel
from evaluated.evaluation import Evaluated
from evaluated.store import Store
from evaluated.units import Units
from fleet.rendered import Host
from homeserver.kind import UNIT, Homeserver
from network import names
from network.names import Names
from units.layer import Layer

HOST_FILE = "/etc/rampart/host.json"
STAND_IN = "the stand-in needs system calls that Tuwunel does without"


def add(
    layer: Layer, host: Host, evaluated: Evaluated, public: Names, homeserver: Homeserver
) -> list[str]:
    """Fill the layer; give a line for everything that is not as evaluated."""
    seen = Store(evaluation.store(), layer.root)
    layer.write(HOST_FILE, host.text)
    accounts.add(layer, evaluated, layer.root)
    stand_in = {UNIT: (homeserver.beside, STAND_IN)} if homeserver.beside else {}
    units = Units(evaluated.units, seen, stand_in)
    units.lay(layer)
    said = [f"{name}: {reason}" for name, reason in sorted(units.notes().items())]
    said += files.add(layer, evaluated, seen)
    said.append(tunnel.add(layer, evaluated, seen))
    inside = files.text_of(evaluated, "hosts", seen)
    outside = names.outside(public, host.network["hosts"])
    layer.write("/etc/hosts", inside + "\n".join(outside) + "\n")
    said.append("/etc/hosts: with the public names of the lab")
    # Names are resolved by /etc/hosts; but there are daemons that do not start without this file.
    servers = {one for entry in host.network["interfaces"].values() for one in entry["dns"]}
    layer.write("/etc/resolv.conf", "".join(f"nameserver {one}\n" for one in sorted(servers)))
    if "tuwunel" in host.services:
        homeserver.add_program(layer, host)
    return said
