"""Synapse in the place of Tuwunel: the nearest settings to those that Rust rendered.

It does not know Tuwunel's audit keys. What a story shows with it is our ingress, guard and page,
not the homeserver layer; its name is printed with every run.
"""

import base64
import hashlib
import json
from pathlib import Path
from typing import Any

from fleet.rendered import Host
from homeserver.kind import MAKE_ACCOUNT, PROGRAM, UNIT
from parts import cache
from units import broker, service
from units.layer import Layer

FILE = "/etc/rampart/synapse.yaml"
LOG = "/etc/rampart/synapse-log.yaml"
STATE = "/var/lib/tuwunel"
KEY = f"{STATE}/signing.key"
PYTHON = "/opt/rampart/synapse/bin/python"
START = f"{PYTHON} -m synapse.app.homeserver --config-path {FILE}"
PYTHONPATH = "export PYTHONPATH=/opt/rampart/lab"
CREDENTIALS = "/run/credentials/tuwunel.service"
ADMIN_SECRET = f"{STATE}/admin-secret"
MANY = {"per_second": 1000, "burst_count": 1000}


class Synapse:
    """The stand-in."""

    @property
    def line(self) -> str:
        """Say which one it is."""
        return (
            "homeserver: Synapse as stand-in (RAMPART_TUWUNEL is not set); "
            "nothing here shows what Tuwunel does"
        )

    @property
    def binary(self) -> None:
        """Give nothing: its settings are translated from those of any Tuwunel."""

    def shown(self) -> dict[Path, str]:
        """Show the environment."""
        return {cache.root() / "synapse": "/opt/rampart/synapse"}

    def add(self, layer: Layer, host: Host) -> None:
        """Add settings and unit."""
        self._add_files(layer, host)
        daemon = service.of(host, "tuwunel", "Homeserver (Synapse as stand-in)", START)
        daemon.environment.update({"PYTHONPATH": "/opt/rampart/lab"})
        daemon.settings.update(
            {
                "Type": "notify",
                "User": "tuwunel",
                "StateDirectory": "tuwunel",
                "RuntimeDirectory": "tuwunel",
                "RuntimeDirectoryMode": "0750",
                "UMask": "0077",
                "TimeoutStartSec": 120,
                "LimitNOFILE": 65535,
            }
        )
        broker.give_administrator(daemon, host)
        layer.unit(UNIT, daemon.text())

    @property
    def beside(self) -> str:
        """Python's event loop needs pipes, and its callbacks from C memory that is executed."""
        return "[Service]\nSystemCallFilter=@ipc\nMemoryDenyWriteExecute=no\n"

    def add_program(self, layer: Layer, host: Host) -> None:
        """Add settings, and a program that reads them in the place of Tuwunel's."""
        self._add_files(layer, host)
        layer.write(PROGRAM, f"#!/bin/sh\n{PYTHONPATH}\nexec {START}\n", 0o755)

    def _add_files(self, layer: Layer, host: Host) -> None:
        layer.write(FILE, json.dumps(settings(host), indent=2))
        layer.write(LOG, json.dumps(logging(), indent=2))
        # Synapse can make it, in a run of its own before each start: seconds of every boot. A fleet
        # that is rendered again has the same.
        name = host.services["tuwunel"]["global"]["server_name"]
        key = base64.b64encode(hashlib.sha256(name.encode()).digest()).decode().rstrip("=")
        layer.write(KEY, f"ed25519 a_lab {key}\n", 0o600)
        start = f'exec python3 -m homeserver.synapse_account {ADMIN_SECRET} "$@"'
        layer.write(MAKE_ACCOUNT, f"#!/bin/sh\n{PYTHONPATH}\n{start}\n", 0o755)


def settings(host: Host) -> dict[str, Any]:
    """Give Synapse's settings; what has no counterpart is left out."""
    wanted = host.services["tuwunel"]["global"]
    return {
        "server_name": wanted["server_name"],
        "public_baseurl": wanted["well_known"]["client"],
        "pid_file": f"{STATE}/synapse.pid",
        "signing_key_path": KEY,
        "media_store_path": f"{STATE}/media",
        "log_config": LOG,
        "database": {"name": "sqlite3", "args": {"database": f"{STATE}/homeserver.db"}},
        "listeners": [listener(wanted), *direct(host)],
        "max_upload_size": str(wanted["max_request_size"]),
        "default_room_version": wanted["default_room_version"],
        "enable_registration": wanted["allow_registration"],
        "registration_requires_token": True,
        "registration_shared_secret_path": ADMIN_SECRET,
        "auto_join_rooms": wanted.get("auto_join_rooms", []),
        # The broker makes them.
        "autocreate_auto_join_rooms": False,
        "encryption_enabled_by_default_for_room_type": "off",
        "trusted_key_servers": [],
        "report_stats": False,
        "require_auth_for_profile_requests": wanted["require_auth_for_profile_requests"],
        "extra_well_known_client_content": {
            "org.matrix.msc4143.rtc_foci": wanted["well_known"].get("rtc_transports", [])
        },
        "experimental_features": {"msc4143_enabled": True, "msc2815_enabled": True},
        # Originals of redacted events: kept for ever, as Tuwunel keeps them for 0 seconds.
        "redaction_retention_period": None if wanted.get("save_unredacted_events") else "7d",
        "matrix_rtc": {"transports": wanted["well_known"].get("rtc_transports", [])},
        "modules": [{"module": "homeserver.synapse_documents.Documents", "config": module(wanted)}],
        **federation(wanted),
        **turn(wanted),
        **limits(),
    }


def listener(wanted: dict[str, Any]) -> dict[str, Any]:
    """Give the one listener: the socket that the guard speaks to."""
    return {
        "type": "http",
        "path": wanted["unix_socket_path"],
        "mode": int(str(wanted["unix_socket_perms"]), 8),
        "x_forwarded": True,
        "resources": [{"names": ["client", "federation" if federates(wanted) else "openid"]}],
    }


def federates(wanted: dict[str, Any]) -> bool:
    """Tell whether there is any server to federate with."""
    return bool(wanted["allow_federation"])


def federation(wanted: dict[str, Any]) -> dict[str, Any]:
    """Let in the servers of the list, whose expressions are anchored names, and nobody else."""
    if not federates(wanted):
        return {"federation_domain_whitelist": []}
    expressions = wanted["allowed_remote_server_names_experimental"]
    return {
        "federation_domain_whitelist": [one[1:-1].replace("\\.", ".") for one in expressions],
        "federation_custom_ca_list": ["/etc/ssl/certs/rampart-lab.pem"],
        # The other server is in the tunnel, whose addresses are private.
        "ip_range_whitelist": ["10.0.0.0/8"],
    }


def direct(host: Host) -> list[dict[str, Any]]:
    """Give the second listener, which `audit.reads = "direct"` adds by Tuwunel's environment."""
    environment = host.data["units"]["tuwunel"].get("environment", {})
    if "TUWUNEL_ADDRESS" not in environment:
        return []
    return [
        {
            "type": "http",
            "bind_addresses": [environment["TUWUNEL_ADDRESS"]],
            "port": int(environment["TUWUNEL_PORT"]),
            "x_forwarded": True,
            "resources": [{"names": ["client"]}],
        }
    ]


def module(wanted: dict[str, Any]) -> dict[str, Any]:
    """Give the settings of the module that fills Synapse's gaps."""
    return {
        "server": wanted["well_known"]["server"],
        "token_file": wanted.get("registration_token_file"),
    }


def turn(wanted: dict[str, Any]) -> dict[str, Any]:
    """Give the relay's settings."""
    if "turn_uris" not in wanted:
        return {}
    lifetime = wanted.get("turn_ttl", 86400)
    return {
        "turn_uris": wanted["turn_uris"],
        "turn_shared_secret_path": wanted["turn_secret_file"],
        "turn_user_lifetime": f"{lifetime}s",
    }


def limits() -> dict[str, Any]:
    """Synapse's own limits are wide open: those of our ingress are looked at."""
    pair = {"rc_message": MANY, "rc_registration": MANY}
    pair["rc_registration_token_validity"] = MANY
    login = {"address": MANY, "account": MANY, "failed_attempts": MANY}
    joins = {"local": MANY, "remote": MANY}
    invites = {"per_room": MANY, "per_user": MANY, "per_issuer": MANY}
    others: dict[str, Any] = {"rc_login": login, "rc_joins": joins, "rc_invites": invites}
    others |= {"rc_room_creation": MANY, "rc_media_create": MANY}
    return {**pair, **others, "max_pending_media_uploads": 1000}


def logging() -> dict[str, Any]:
    """Give Python's logging settings: warnings, to the journal."""
    return {
        "version": 1,
        "formatters": {"plain": {"format": "%(levelname)s %(name)s: %(message)s"}},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
        "root": {"level": "WARNING", "handlers": ["console"]},
        "disable_existing_loggers": False,
    }
