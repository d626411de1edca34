"""Hosts as `rampart render` wrote them."""

import json
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Interface, IPv6Interface
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Interface:
    """One interface of a host."""

    name: str
    address: IPv4Interface
    gateway: IPv4Address | None
    # The provider gives the address; the lab sets it.
    given: bool
    public: bool
    addresses6: tuple[IPv6Interface, ...] = ()
    # Network → router, for what is not behind the default one.
    routes: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Host:
    """One host's file."""

    name: str
    text: str
    data: dict[str, Any]

    @property
    def facts(self) -> dict[str, Any]:
        """What people want to know of the host."""
        facts: dict[str, Any] = self.data["facts"]
        return facts

    @property
    def role(self) -> str:
        """Gateway, core, edge or dmz."""
        return str(self.facts["role"])

    @property
    def services(self) -> dict[str, Any]:
        """Settings by unit."""
        services: dict[str, Any] = self.data["services"]
        return services

    @property
    def network(self) -> dict[str, Any]:
        """Interfaces, names and routes."""
        network: dict[str, Any] = self.data["network"]
        return network

    @property
    def public_address(self) -> IPv4Address | None:
        """Where the internet finds the host, if it does."""
        address = self.facts["publicAddress"]
        return IPv4Address(address) if address else None

    def options(self, name: str) -> dict[str, Any]:
        """Give one option set, or nothing."""
        found: dict[str, Any] = self.data["options"].get(name, {})
        return found

    def interfaces(self) -> list[Interface]:
        """Give the interfaces, the public one first."""
        found = []
        for kind in ("public", "lan"):
            entry = self.network["interfaces"].get(kind)
            if entry is None:
                continue
            fixed = [address for address in entry["addresses"] if ":" not in address]
            address = fixed[0] if fixed else f"{self.facts['publicAddress']}/32"
            gateway = IPv4Address(entry["gateway"]) if entry["gateway"] else None
            one = Interface(
                entry["name"],
                IPv4Interface(address),
                gateway,
                not fixed,
                kind == "public",
                tuple(IPv6Interface(address) for address in entry["addresses"] if ":" in address),
                tuple((route["to"], route["via"]) for route in entry.get("routes", [])),
            )
            found.append(one)
        return found

    def credentials(self, unit: str) -> dict[str, str]:
        """Give a unit's credentials: name inside the unit → path of the file."""
        needs = self.data["units"][unit]
        secrets = self.data["secrets"]
        handed = {name: secrets[secret]["path"] for name, secret in needs["credentials"].items()}
        return {**handed, **needs.get("made", {})}


def read(folder: Path) -> list[Host]:
    """Read every host of a fleet folder."""
    hosts = []
    for path in sorted((folder / "generated").glob("*.json")):
        text = path.read_text()
        hosts.append(Host(path.stem, text, json.loads(text)))
    return hosts
