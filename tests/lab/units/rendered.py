"""All units of a host, from its rendered settings."""

from fleet.rendered import Host
from homeserver.kind import Homeserver
from units import (
    accounts,
    answer,
    bot,
    broker,
    coturn,
    enrol,
    firewall,
    guard,
    livekit,
    network,
    redis,
    sshd,
    steer,
    system,
    token_service,
    traefik,
    tunnel,
    volumes,
)
from units.layer import Layer

HOST_FILE = "/etc/rampart/host.json"
# The clock is this host's, so a container cannot show it: story `clocks-are-set-right` does.
NOT_SHOWN = ("timesyncd",)


def add(layer: Layer, host: Host, homeserver: Homeserver) -> None:
    """Add every unit that the host's file names; an unknown one is an error."""
    layer.write(HOST_FILE, host.text)
    accounts.add(layer)
    firewall.add(layer, host)
    network.add_host(layer, host)
    volumes.add(layer, host)
    for unit in host.services:
        if unit not in NOT_SHOWN:
            _add(layer, host, unit, homeserver)


def _add(layer: Layer, host: Host, unit: str, homeserver: Homeserver) -> None:
    if unit.startswith("redis-"):
        redis.add(layer, host, unit)
    elif unit.startswith("rampart-jwt@"):
        token_service.add(layer, host, unit)
    elif unit == "journald":
        system.journal(layer, host.services[unit])
    elif unit == "tuwunel":
        homeserver.add(layer, host)
    else:
        SINGLE[unit](layer, host)


SINGLE = {
    "wg-fleet": tunnel.add,
    "sshd": sshd.add,
    "traefik": traefik.add,
    "livekit": livekit.add,
    "coturn": coturn.add,
    "rampart-answer": answer.add,
    "rampart-bot": bot.add,
    "rampart-broker": broker.add,
    "rampart-enrol": enrol.add,
    "rampart-guard": guard.add,
    "rampart-steer": steer.add,
}
