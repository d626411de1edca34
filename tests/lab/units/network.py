"""Addresses, routes and kernel settings of a machine, as its file says; here by `ip`."""

from ipaddress import IPv4Address, IPv6Interface

from fleet.rendered import Host, Interface
from network.router import ON_LINK, ON_LINK6
from units import service
from units.layer import Layer

SCRIPT = "/etc/rampart/network"


def add_host(layer: Layer, host: Host) -> None:
    """Add a fleet host's network."""
    lines = [line for interface in host.interfaces() for line in addresses(interface)]
    servers = {one for entry in host.network["interfaces"].values() for one in entry["dns"]}
    # Names are resolved by /etc/hosts; but there are daemons that do not start without this file.
    layer.write("/etc/resolv.conf", "".join(f"nameserver {one}\n" for one in sorted(servers)))
    lines += policy_routes(host) + kernel_settings(host)
    _add(layer, lines)


def add_client(layer: Layer, interface: str, address: IPv4Address, address6: IPv6Interface) -> None:
    """Add the network of somebody on the internet, who is refused every name that is not known."""
    layer.write("/etc/resolv.conf", "nameserver 127.0.0.1\n")
    route6 = f"ip route add default via {ON_LINK6} dev {interface}"
    _add(layer, [*on_link(interface, str(address)), *fixed6(interface, address6), route6])


def _add(layer: Layer, lines: list[str]) -> None:
    layer.write(SCRIPT, "\n".join(["set -eu", "ip link set lo up", *lines]) + "\n")
    before = "network.target network-online.target"
    text = service.once("Network", f"/bin/sh {SCRIPT}", "rampart-firewall.service", before)
    layer.unit(service.NETWORK, text)


def addresses(interface: Interface) -> list[str]:
    """Give the commands for one interface."""
    own6 = fixed6(interface.name, *interface.addresses6)
    if interface.given:
        return on_link(interface.name, str(interface.address.ip)) + own6
    lines = [f"ip addr add {interface.address} dev {interface.name}"]
    lines += [f"ip link set {interface.name} up", *own6]
    if interface.gateway:
        lines.append(f"ip route add default via {interface.gateway}")
    name = interface.name
    return lines + [f"ip route add {to} via {via} dev {name}" for to, via in interface.routes]


def fixed6(interface: str, *addresses: IPv6Interface) -> list[str]:
    """Give the commands for addresses of IPv6; the way out is what a router advertises."""
    return [f"ip addr add {address} dev {interface} nodad" for address in addresses]


def on_link(interface: str, address: str) -> list[str]:
    """Give the commands for an address without a network of its own."""
    return [
        f"ip addr add {address}/32 dev {interface}",
        f"ip link set {interface} up",
        f"ip route add default via {ON_LINK} dev {interface} onlink",
    ]


def policy_routes(host: Host) -> list[str]:
    """Give the commands that send answers to forwarded media back the way they came."""
    lines = []
    for route in host.network["policyRoutes"]:
        match = f"from {route['from']} ipproto {route['protocol']} sport {route['sourcePorts']}"
        lines.append(f"ip rule add {match} lookup {route['table']}")
        lines.append(f"ip route replace default via {route['via']} table {route['table']}")
    return lines


def kernel_settings(host: Host) -> list[str]:
    """Give the commands for the kernel's settings."""
    settings = ["net.ipv4.ip_nonlocal_bind=1"]
    if host.network["reservedPorts"]:
        settings.append(f"net.ipv4.ip_local_reserved_ports={host.network['reservedPorts']}")
    if host.network["forward"]:
        settings.append("net.ipv4.conf.all.forwarding=1")
    return [f"sysctl -q -w {setting}" for setting in settings]
