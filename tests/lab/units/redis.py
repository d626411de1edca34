"""Redis of a cluster of media servers. Its password is added when it starts."""

from fleet.rendered import Host
from units import service
from units.layer import Layer


def add(layer: Layer, host: Host, unit: str) -> None:
    """Add settings, the script that completes them, and the unit."""
    settings = host.services[unit]
    plain, full = f"/etc/rampart/{unit}.conf", f"/run/{unit}/redis.conf"
    lines = [f"bind {' '.join(settings['bind'])}", f"port {settings['port']}", 'save ""']
    lines += [f"{key} {service.word(value)}" for key, value in settings["settings"].items()]
    layer.write(plain, "\n".join(lines) + "\n")
    prepare = f"/etc/rampart/{unit}-password"
    secret = '"$(< "$CREDENTIALS_DIRECTORY/password")"'
    layer.write(
        prepare,
        f"set -eu\numask 077\ncat {plain} > {full}\n"
        f"printf 'requirepass %s\\n' {secret} >> {full}\n",
    )
    daemon = service.of(host, unit, "Redis", f"/usr/bin/redis-server {full}")
    daemon.settings.update(
        {
            "User": "redis",
            "RuntimeDirectory": unit,
            "StateDirectory": unit,
            "StateDirectoryMode": "0700",
            "ExecStartPre": f"/bin/bash {prepare}",
        }
    )
    layer.unit(f"{unit}.service", daemon.text())
