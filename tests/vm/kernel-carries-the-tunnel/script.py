# The tunnel of every host, as Rust rendered it, is accepted and carried by the kernel's WireGuard.
#
# All hosts of a fleet are network namespaces of one machine; each has a cable of its own to the
# core, with the address that the core dials, of IPv4 or IPv6. The core itself gets one of each
# here. Two fleets are played one after the other, which dial both between them.
import ipaddress
import json
from typing import Any

FOLDER = "/etc/rampart/fleets"
MINIMUM = 40
# The core's, outside.
UNDERLAY = {4: "198.51.100.1/32", 6: "2001:db8:ffff::1/128"}
VERSIONS = set(UNDERLAY)

tunnel.start()
tunnel.wait_for_unit("multi-user.target")
fleets = tunnel.succeed(f"ls {FOLDER}").split()


def files_of(fleet: str) -> dict[str, Any]:
    """Give the file of each host of a fleet."""
    listed = tunnel.succeed(f"ls {FOLDER}/{fleet}").split()
    return {
        name.removesuffix(".json"): json.loads(tunnel.succeed(f"cat {FOLDER}/{fleet}/{name}"))
        for name in sorted(listed)
    }


def inside(name: str, command: str) -> str:
    return f"ip netns exec {name} {command}"


def address(name: str) -> str:
    return str(settings[name]["address"].split("/")[0])


def peers(name: str, keys: dict[str, str]) -> str:
    """Give a host's peers in wg's own words."""
    blocks = []
    for peer in settings[name]["peers"]:
        lines = [
            "[Peer]",
            f"PublicKey = {keys[peer['name']]}",
            f"AllowedIPs = {', '.join(peer['allowedIPs'])}",
        ]
        if peer["endpoint"]:
            lines.append(f"Endpoint = {peer['endpoint']}")
        if peer["persistentKeepalive"]:
            lines.append(f"PersistentKeepalive = {peer['persistentKeepalive']}")
        blocks.append("\n".join(lines))
    return "\n".join(blocks)


def cable_to(name: str, number: int) -> str:
    """Give the commands that join the core and a host."""
    cable, far = f"cable{number}", dialled[name]
    near, own = UNDERLAY[far.version], f"{far}/{far.max_prefixlen}"
    return "\n".join(
        [
            f"ip link add {cable} netns {core} type veth peer name cable netns {name}",
            f"ip -n {core} address add {near} dev {cable} {nodad(far)}",
            f"ip -n {name} address add {own} dev cable {nodad(far)}",
            f"ip -n {core} link set {cable} up",
            f"ip -n {name} link set cable up",
            f"ip -n {core} route add {own} dev {cable} src {near.partition('/')[0]}",
            f"ip -n {name} route add {near} dev cable",
        ]
    )


def nodad(address: Any) -> str:
    """Give the word for an address that is used at once; nobody else is on the cable."""
    return "nodad" if address.version == 6 else ""


def bring_up(name: str, keys: dict[str, str]) -> str:
    """Give the commands that make a host's interface; its namespace and key are there."""
    own = settings[name]
    interface = own["interface"]
    return "\n".join(
        [
            "set -e",
            f"ip -n {name} link add {interface} type wireguard",
            f"cat > /run/{name}.peers <<'END'\n{peers(name, keys)}\nEND",
            inside(name, f"wg set {interface} listen-port {own['listenPort']}")
            + f" private-key /run/{name}.key",
            inside(name, f"wg addconf {interface} /run/{name}.peers"),
            f"ip -n {name} address add {own['address']} dev {interface}",
            f"ip -n {name} link set {interface} mtu {own['mtu']} up",
        ]
    )


def ping(name: str, to: str, more: str = "-c 2 -i 0.2 -W 5") -> str:
    return inside(name, f"ping -q {more} {address(to)}")


seen: set[int] = set()
for fleet in fleets:
    files = files_of(fleet)
    names = list(files)
    settings = {name: file["services"]["wg-fleet"] for name, file in files.items()}
    core = next(name for name, file in files.items() if file["facts"]["role"] == "core")
    # Who is dialled by the core, and where.
    dialled = {
        peer["name"]: ipaddress.ip_address(peer["endpoint"].rpartition(":")[0].strip("[]"))
        for peer in settings[core]["peers"]
    }
    seen |= {address.version for address in dialled.values()}

    with subtest(f"every host is dialled by the core and has a cable to it ({fleet})"):
        assert sorted([*dialled, core]) == names, f"the core dials {sorted(dialled)} of {names}"
        made = "\n".join(
            f"ip netns add {name}; ip -n {name} link set lo up\n"
            f"(umask 077; wg genkey > /run/{name}.key); wg pubkey < /run/{name}.key"
            for name in names
        )
        keys = dict(zip(names, tunnel.succeed(made).split(), strict=True))
        tunnel.succeed("\n".join(cable_to(name, number) for number, name in enumerate(dialled)))

    with subtest(f"the kernel accepts what was rendered for each host ({fleet})"):
        for name in names:
            tunnel.succeed(bring_up(name, keys))
            kind = tunnel.succeed(f"ip -n {name} -details link show {settings[name]['interface']}")
            assert "wireguard" in kind, kind
            shown = tunnel.succeed(
                inside(name, f"wg show {settings[name]['interface']} allowed-ips")
            )
            rendered = {keys[p["name"]]: " ".join(p["allowedIPs"]) for p in settings[name]["peers"]}
            assert dict(line.split("\t") for line in shown.splitlines()) == rendered, shown
        tunnel.succeed("test -d /sys/module/wireguard")
        tunnel.fail("pgrep wireguard-go")

    with subtest(
        f"every tunnel carries packets, both ways, up to the rendered size and no more ({fleet})"
    ):
        for name in dialled:
            largest = settings[name]["mtu"] - 28
            both = f"{ping(core, name)} && {ping(name, core)}"
            tunnel.succeed(f"{both} && {ping(core, name, f'-c 1 -W 5 -M do -s {largest}')}")
            tunnel.fail(ping(core, name, f"-c 1 -W 1 -M do -s {largest + 1}"))
        said = tunnel.succeed(
            inside(core, f"wg show {settings[core]['interface']} latest-handshakes")
        )
        times = {key: int(time) for key, time in (line.split("\t") for line in said.splitlines())}
        assert all(times[keys[name]] > 0 for name in dialled), times

    with subtest(f"a peer takes only the packets of those whom the rendered list names ({fleet})"):
        for name, other in zip(dialled, list(dialled)[1:], strict=False):
            if other not in [peer["name"] for peer in settings[name]["peers"]]:
                tunnel.fail(ping(name, other, "-c 1 -W 2"))

    with subtest(f"with distance between the hosts, the tunnel is slower by just that ({fleet})"):
        far = next(iter(dialled))
        tunnel.succeed(f"tc -n {core} qdisc add dev cable0 root netem delay {MINIMUM}ms")
        said = tunnel.succeed(ping(core, far))
        fastest = float(said.rpartition("= ")[2].split("/")[0])
        log.info(f"{core} to {far}: {fastest:g} ms with {MINIMUM} ms of delay")
        assert fastest >= MINIMUM, said
        tunnel.succeed(f"tc -n {core} qdisc del dev cable0 root")

    with subtest(f"control: a peer with another key is not talked to ({fleet})"):
        interface = settings[core]["interface"]
        (known,) = [peer for peer in settings[core]["peers"] if peer["name"] == far]
        stranger = tunnel.succeed("wg genkey | wg pubkey").strip()
        where = f"allowed-ips {','.join(known['allowedIPs'])} endpoint {known['endpoint']}"
        tunnel.succeed(
            inside(core, f"wg set {interface} peer {keys[far]} remove"),
            inside(core, f"wg set {interface} peer {stranger} {where}"),
        )
        tunnel.fail(ping(core, far))

    tunnel.succeed("\n".join(f"ip netns del {name}; rm /run/{name}.*" for name in names))

with subtest("it was carried by both kinds of address"):
    if fleets != ["chosen"]:
        assert seen == VERSIONS, seen
