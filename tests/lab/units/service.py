"""The text of a service's unit file."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from fleet.rendered import Host
from units.layer import Layer

PROGRAMS = "/opt/rampart/bin"
NETWORK = "rampart-network.service"
RESTART, RELOAD = "X-Restart-Triggers", "X-Reload-Triggers"
Value = str | int | bool | Sequence[str]
# The sandbox of our own programs: `modules/lib/hardening.nix`, without what a container cannot do.
STRICT: dict[str, Value] = {
    # Empty, which takes all away; `section` leaves an entry without any text out.
    "CapabilityBoundingSet": " ",
    "LockPersonality": True,
    "MemoryDenyWriteExecute": True,
    "NoNewPrivileges": True,
    "PrivateTmp": True,
    "ProtectHome": True,
    "ProtectSystem": "strict",
    "RestrictAddressFamilies": "AF_INET AF_INET6 AF_UNIX",
    "RestrictNamespaces": True,
    "RestrictRealtime": True,
    "RestrictSUIDSGID": True,
    "SystemCallArchitectures": "native",
    "SystemCallErrorNumber": "EPERM",
    "SystemCallFilter": ["@system-service", "~@privileged @resources"],
    "UMask": "0077",
}


@dataclass
class Service:
    """A service that is started again whenever it ends."""

    description: str
    start: str
    after: list[str] = field(default_factory=list)
    credentials: dict[str, str] = field(default_factory=dict)
    environment: dict[str, str] = field(default_factory=dict)
    settings: dict[str, Value] = field(default_factory=dict)
    # What a deployment looks at: `deploy.units`.
    triggers: dict[str, str] = field(default_factory=dict)
    before: list[str] = field(default_factory=list)

    def text(self) -> str:
        """Give the unit file."""
        after = [NETWORK, *self.after]
        body: dict[str, Value] = {
            "Type": "exec",
            "Restart": "always",
            "RestartSec": 1,
            **self.settings,
            "ExecStart": self.start,
            "Environment": [f'"{key}={value}"' for key, value in self.environment.items()],
            "LoadCredential": [f"{name}:{path}" for name, path in self.credentials.items()],
        }
        unit: dict[str, Value] = {
            "Description": self.description,
            "After": " ".join(after),
            "Wants": " ".join(after),
            "Before": " ".join(self.before),
            "StartLimitIntervalSec": 0,
            **self.triggers,
        }
        return section("Unit", unit) + "\n" + section("Service", body)


def once(description: str, start: str, after: str = "", before: str = "", **more: Value) -> str:
    """Give the unit file of a service that does its work and is then active."""
    body: dict[str, Value] = {"Type": "oneshot", "RemainAfterExit": True, **more}
    unit: dict[str, Value] = {"Description": description, "After": after, "Before": before}
    return section("Unit", unit) + "\n" + section("Service", {**body, "ExecStart": start})


def section(name: str, entries: dict[str, Value]) -> str:
    """Give one section; a list is one line for each entry, an empty text is left out."""
    lines = [f"[{name}]"]
    for key, value in entries.items():
        values = [value] if isinstance(value, str | int) else value
        lines += [f"{key}={word(one)}" for one in values if one != ""]
    return "\n".join(lines) + "\n"


def word(value: str | int | bool) -> str:
    """Give a value as systemd writes it."""
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)


def of(host: Host, unit: str, description: str, start: str, **settings: Value) -> Service:
    """Give a daemon's service with what the host's file says of order, secrets, environment."""
    entry = host.data["units"][unit]
    walls = entry.get("confinement")
    confined = confinement(walls, host.services[unit]) if walls else {}
    return Service(
        description,
        start,
        [f"{name}.service" for name in entry["after"]],
        host.credentials(unit),
        dict(entry.get("environment", {})),
        {**confined, **settings},
        triggers(host, unit),
    )


def triggers(host: Host, unit: str) -> dict[str, str]:
    """Give what makes a deployment restart a unit, or only reload it, when its settings change.

    On NixOS a unit names its settings' file in the store. Traefik sees to changed rules by itself,
    and the guard says which of its keys it reads again (`modules/daemons`).
    """
    settings = host.services[unit]
    if unit == "traefik":
        return {RESTART: digest(settings["static"])}
    reloaded = host.data["units"][unit].get("reloaded")
    if reloaded is None:
        return {RESTART: digest(settings)}
    lasting = {key: value for key, value in settings.items() if key not in reloaded}
    return {RESTART: digest(lasting), RELOAD: digest(settings)}


def digest(settings: object) -> str:
    """Give a word that changes with the settings."""
    return hashlib.sha256(json.dumps(settings, sort_keys=True).encode()).hexdigest()[:16]


def add_ours(layer: Layer, host: Host, unit: str, description: str, **settings: Value) -> None:
    """Add settings and unit of a program of ours, which says itself when it is ready."""
    file = settings_file(unit)
    layer.write(file, json.dumps(host.services[unit], indent=2))
    start = f"{PROGRAMS}/{unit} run --config {file}"
    daemon = of(host, unit, description, start, **{"Type": "notify", **settings})
    layer.unit(f"{unit}.service", daemon.text())


def settings_file(unit: str) -> str:
    """Give where a program of ours finds its settings."""
    return f"/etc/rampart/{unit}.json"


def discreet(pattern: str) -> str:
    """Give a shell's redirection that keeps matching lines from the journal; the word is quoted.

    It stays when the unit is told to stop: a server to which nobody listens any more dies of the
    next line that it writes (SIGPIPE).
    """
    return f'> >(trap "" TERM; exec grep --line-buffered -vE {pattern}) 2>&1'


def confinement(walls: dict[str, Any], settings: dict[str, Any]) -> dict[str, Value]:
    """Give what a unit may reach and take, as `modules/parts/units.nix` does."""
    memory = walls["memory"]
    addresses: dict[str, Value] = {}
    if walls["peers"] is not None:
        loopback = ["localhost"] if walls["loopback"] else []
        addresses = {"IPAddressDeny": "any", "IPAddressAllow": [*loopback, *walls["peers"]]}
    return {
        **addresses,
        "SocketBindDeny": "any",
        "SocketBindAllow": [f"tcp:{port}" for port in walls["listens"]],
        "MemoryMax": memory["fixed"] + memory["perConnection"] * settings.get("maxConnections", 0),
        "MemorySwapMax": 0,
        "TasksMax": 16,
    }
