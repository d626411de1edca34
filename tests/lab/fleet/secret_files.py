"""Secrets of a lab run: made and judged by the operator's own command, as for a real fleet.

What that command leaves to the operator are certificates; here the run's own authority gives them.
"""

import json
from pathlib import Path

from driver.errors import MachineError
from fleet.authority import Authority
from fleet.rendered import Host
from machines import host_commands

# Opens a disk before the host runs; a running host has no copy of it.
NOT_ON_HOSTS = "luks-system"


class SecretFiles:
    """The folder of secrets, `<host>/<name>`."""

    def __init__(self, folder: Path, authority: Authority, rampart: Path) -> None:
        """Use a folder that need not be there."""
        self.folder = folder
        self.authority = authority
        self.rampart = rampart

    def make(self, hosts: list[Host], fleet: Path) -> None:
        """Make what is missing; the public halves go into the fleet's folder."""
        names = {host.name: host for host in hosts}
        for place in self.folder.glob("*"):
            place.chmod(0o700)
        made = self._rampart("generate", "--format", "json", "--fleet", fleet, "--out", self.folder)
        for wanted in json.loads(made)["toBring"]:
            self._bring(Path(wanted["file"]), names[wanted["host"]])
        self._rampart("check", "--deny-warnings", "--fleet", fleet, "--in", self.folder)
        for host in hosts:
            place = self.folder / host.name
            (place / NOT_ON_HOSTS).unlink(missing_ok=True)
            # As on a host, where daemons find their own files by name. The lab's folder is root's.
            place.chmod(0o711)

    def _rampart(self, *words: str | Path) -> str:
        return host_commands.run(self.rampart, "secrets", *words)

    def _bring(self, path: Path, host: Host) -> None:
        if not path.name.startswith("tls-"):
            raise MachineError(f"{path.name} of {host.name}: the lab has nobody who gives it out")
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.touch(mode=0o400)
        path.write_text(self.authority.certificate(names_of(host, path.name)))


def names_of(host: Host, secret: str) -> list[str]:
    """Give the names that a certificate of this host is for."""
    if secret in ("tls-turn", "tls-relay"):
        return [host.services["coturn"]["settings"]["realm"]]
    dynamic = host.services["traefik"]["dynamic"]
    routers = [
        router
        for kind in ("http", "tcp")
        for router in dynamic.get(kind, {}).get("routers", {}).values()
        if not router.get("tls", {}).get("passthrough")
    ]
    found = {name for router in routers for name in _named(router["rule"])}
    return sorted(found)


def _named(rule: str) -> list[str]:
    pieces = rule.replace("HostSNI(`", "Host(`").split("Host(`")[1:]
    return [piece.split("`")[0] for piece in pieces]
