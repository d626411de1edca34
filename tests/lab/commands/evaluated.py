"""Filling machines with what NixOS evaluates for each host."""

from collections.abc import Mapping
from pathlib import Path

from driver.logger import Logger
from evaluated import evaluation, machine
from fleet.rendered import Host
from homeserver.kind import Homeserver
from network import names
from units.layer import Layer


def fill(
    layers: Mapping[str, Layer],
    hosts: list[Host],
    fleet: Path,
    own: Mapping[str, Path],
    homeserver: Homeserver,
    logger: Logger,
    exact: bool,
) -> dict[Path, str]:
    """Fill the layers, and print what is not as evaluated; give what machines must see."""
    with logger.nested("evaluation"):
        evaluated = evaluation.evaluate(hosts, fleet, own, exact)
    public = names.public(hosts)
    said: dict[str, list[str]] = {}
    for host in hosts:
        layer = layers[host.name]
        for line in machine.add(layer, host, evaluated[host.name], public, homeserver):
            said.setdefault(line, []).append(host.name)
    with logger.nested("not as evaluated"):
        for line, where in said.items():
            logger.log(line if len(where) == len(hosts) else f"{line} ({', '.join(where)})")
    return {evaluation.store(): "/nix/store"}
