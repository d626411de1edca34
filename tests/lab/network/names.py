"""Which name leads where: /etc/hosts of every machine."""

from fleet.rendered import Host

Names = dict[str, list[str]]


def public(hosts: list[Host]) -> Names:
    """Give the addresses of every public name, as the world's name servers would."""
    found: Names = {}

    def add(name: str | None, host: Host) -> None:
        if name and host.public_address:
            found.setdefault(name, []).append(str(host.public_address))

    gateways = [host for host in hosts if host.role == "gateway"]
    for host in gateways:
        for option in ("serverName", "clientDomain", "rtcDomain"):
            add(host.options("gateway")[option], host)
        for name in _names_of_the_core(hosts):
            add(name, host)
    for host in hosts:
        add(host.options("edge").get("focusDomain"), host)
        add(host.options("dmz").get("domain"), host)
        if host.role == "edge":
            for name in turn_names(host):
                add(name, host)
    return found


def _names_of_the_core(hosts: list[Host]) -> list[str]:
    """The core has no public address: names of its media, if any, lead to the gateway."""
    names = []
    for core in (host for host in hosts if host.role == "core" and "livekit" in host.services):
        domain = core.facts["domain"]
        names += [f"{core.facts['focus']}.sfu.{domain}", f"turn.{domain}"]
    return names


def turn_names(edge: Host) -> list[str]:
    """Give the names of an edge's relays."""
    live, relay = edge.services.get("livekit", {}), edge.services.get("coturn")
    own = live.get("turn", {}).get("domain")
    names = [own] if own else []
    return names + ([relay["settings"]["realm"]] if relay else [])


def hosts_file(names: Names, inside: dict[str, list[str]] | None = None) -> str:
    """Give the text of /etc/hosts; names of `inside` (address → names) win over public ones."""
    own = inside or {}
    lines = ["127.0.0.1 localhost", "::1 localhost"]
    lines += [f"{address} {' '.join(many)}" for address, many in own.items()]
    return "\n".join([*lines, *outside(names, own)]) + "\n"


def outside(names: Names, inside: Names) -> list[str]:
    """Give the lines of public names that are not also names of `inside` (address → names)."""
    overridden = {name for many in inside.values() for name in many}
    return [
        f"{address} {name}"
        for name, addresses in sorted(names.items())
        for address in addresses
        if name not in overridden
    ]
