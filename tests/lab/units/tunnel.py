"""The tunnel: WireGuard in user space, because a container cannot load the kernel's."""

from typing import Any

from fleet.rendered import Host
from units import service
from units.layer import Layer

PEERS = "/etc/rampart/tunnel-peers.conf"
SCRIPT = "/etc/rampart/tunnel"
RELOAD = "/etc/rampart/tunnel-reload"
# Steps of 0.05 s; a busy machine is slow.
WAIT = 600


def add(layer: Layer, host: Host) -> None:
    """Add the peers' file and the units."""
    settings = host.services["wg-fleet"]
    layer.write(PEERS, peers(settings))
    layer.write(SCRIPT, script(settings))
    start = f"/usr/bin/wireguard-go --foreground {settings['interface']}"
    daemon = service.of(host, "wg-fleet", "Tunnel", start)
    daemon.settings["ExecStartPost"] = f"/bin/sh {SCRIPT}"
    layer.write(RELOAD, reload(settings["interface"]))
    daemon.settings.update({"ExecReload": f"/bin/sh {RELOAD}", "X-ReloadIfChanged": True})
    daemon.environment["WG_PROCESS_FOREGROUND"] = "1"
    # The kernel's would cost next to nothing; threads that wake each other cost a fifth of this.
    daemon.environment["GOMAXPROCS"] = "1"
    layer.unit("wg-fleet.service", daemon.text())
    # As `modules/parts/mesh.nix` has it: given up after a minute, tried again, and left active when
    # the tunnel goes down later.
    there = f"until ip addr show dev {settings['interface']} | grep -q inet; do sleep 0.1; done"
    ready = service.once(
        "Address of the tunnel is there",
        f"/usr/bin/timeout 60 /bin/sh -c '{there}'",
        "wg-fleet.service",
        Restart="on-failure",
        RestartSec=5,
    )
    layer.unit("rampart-tunnel.service", ready)


def script(settings: dict[str, Any]) -> str:
    """Give the commands that make the interface usable, once the daemon listens for them."""
    name = settings["interface"]
    lines = [
        "set -eu",
        "tries=0",
        f"until test -S /run/wireguard/{name}.sock; do",
        f"  tries=$((tries + 1)); test $tries -lt {WAIT}; sleep 0.05",
        "done",
        f"wg set {name} listen-port {settings['listenPort']} "
        # Of a key that is none, its complaint is the key.
        'private-key "$CREDENTIALS_DIRECTORY/private-key" 2> /dev/null '
        "|| { echo 'the private key is none of a tunnel' >&2; exit 1; }",
        f"wg addconf {name} {PEERS}",
        f"ip addr add {settings['address']} dev {name}",
        f"ip link set {name} mtu {settings['mtu']} up",
    ]
    return "\n".join(lines) + "\n"


def reload(name: str) -> str:
    """Give the commands that replace all peers, as networkd does when a deployment restarts it."""
    return (
        f"set -eu\nfor key in $(wg show {name} peers); do wg set {name} peer $key remove; done\n"
        f"wg addconf {name} {PEERS}\n"
    )


def peers(settings: dict[str, Any]) -> str:
    """Give the peers in wg's own words."""
    blocks = []
    for peer in settings["peers"]:
        lines = ["[Peer]", f"PublicKey = {peer['publicKey']}"]
        lines.append(f"AllowedIPs = {', '.join(peer['allowedIPs'])}")
        if peer["endpoint"]:
            lines.append(f"Endpoint = {peer['endpoint']}")
        if peer["persistentKeepalive"]:
            lines.append(f"PersistentKeepalive = {peer['persistentKeepalive']}")
        blocks.append("\n".join(lines) + "\n")
    return "\n".join(blocks)
