"""The tunnel of measured calls: in user space, too, but with as little of the processors as can be.

A kernel's WireGuard takes next to nothing. Debian's wireguard-go took a third of a processor in the
call of four regions, which then showed the machine; this takes a fifth of that for each packet.
"""

from commands.filling import INSIDE
from commands.lab import Lab
from parts.boringtun import PROGRAM
from units.layer import UNITS

UNIT = f"{UNITS}/wg-fleet.service"
OVERRIDE = f"""[Service]
Environment=WG_THREADS=1
ExecStart=
ExecStart={INSIDE}/boringtun/{PROGRAM} --foreground --disable-drop-privileges wg-fleet
"""


def quicken(lab: Lab) -> None:
    """Change the tunnels of a lab that is made and not started."""
    for container in lab.containers:
        layer = container.tree.layer
        if (layer / UNIT.lstrip("/")).exists():
            folder = layer / f"{UNIT.lstrip('/')}.d"
            folder.mkdir()
            (folder / "quick.conf").write_text(OVERRIDE)
