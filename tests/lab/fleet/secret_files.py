"""Secrets of a lab run, in the names and formats of `rampart secrets generate`.

To be replaced by that command.

Folder: `<host>/<name>` for each host, and `keys.json` with the public halves in the fleet's folder.
"""

import json
import secrets
from pathlib import Path

from fleet.authority import Authority
from fleet.rendered import Host
from machines import host_commands

# Everything else is one value that several hosts share.
OF_ONE_HOST = ("wireguard-private", "sentinel-token")


class SecretFiles:
    """Makes every secret once."""

    def __init__(self, folder: Path, authority: Authority) -> None:
        """Write below the given folder; certificates come from the authority."""
        self.folder = folder
        self.authority = authority
        self.shared: dict[str, str] = {}
        self.public: dict[str, str] = {}

    def make(self, hosts: list[Host], fleet: Path) -> None:
        """Make all secrets of all hosts, and write the public halves into the fleet's folder."""
        for host in hosts:
            place = self.folder / host.name
            place.mkdir(parents=True, mode=0o700)
            for name in host.data["secrets"]:
                if not name.startswith("luks-"):
                    self._write(place / name, self._value(host, name))
        keys = {"wireguard": self.public}
        (fleet / "keys.json").write_text(json.dumps(keys, indent=2) + "\n")

    def _value(self, host: Host, name: str) -> str:
        if name.startswith("tls-"):
            return self.authority.certificate(names_of(host, name))
        if name == "wireguard-private":
            private = host_commands.run("wg", "genkey").strip()
            self.public[host.name] = host_commands.run("wg", "pubkey", text=private).strip()
            return private
        if name in OF_ONE_HOST:
            return secrets.token_hex(32)
        return self.shared.setdefault(name, new_value(name))

    def _write(self, path: Path, value: str) -> None:
        path.touch(mode=0o400)
        path.write_text(value)


def new_value(name: str) -> str:
    """Give a new secret; a LiveKit key pair is one line of YAML."""
    if name.startswith("livekit-keys-"):
        return f"API{secrets.token_hex(6)}: {secrets.token_hex(32)}\n"
    return secrets.token_hex(32)


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
