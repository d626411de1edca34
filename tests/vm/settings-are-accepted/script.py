# Every daemon accepts what Rust rendered for it, on every host of every fleet of the
# repository, and refuses the same with one key misspelt.
#
# All of it happens on `client`, which is no host of a fleet: each host gets a network namespace
# there, with its interfaces and addresses, and its daemons run in it one after the other, in units
# of the real names, so that the paths of secrets are the real ones. Traefik is not strict about its
# dynamic file: an unknown table is nothing to it, and for any other unknown key it goes on without
# the whole file. So what it made of that file is compared with what was rendered.
import base64
import copy
import json
import secrets
import shlex
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Any

FLEETS = "/etc/rampart/fleets"
FOLDER = "/run/accepted"
SPACE = "/run/netns/accepted"
# Traefik's own API, for this test only.
API = "127.0.0.1:8099"
# The clock's settings are one option of NixOS; the lab has no such daemon.
NOT_SHOWN = ["timesyncd"]
START_LIMIT = 60
LAST = "NobodyKnowsThis"


def read(path: str) -> Any:
    return json.loads(client.succeed(f"cat {path}"))


def write(path: str, text: str) -> str:
    client.succeed(f"cat > {path} <<'END OF FILE'\n{text}\nEND OF FILE")
    return path


def inside(command: str) -> str:
    """Give a command that runs in the host's network."""
    return f"nsenter --net={SPACE} bash -c {shlex.quote(command)}"


def has(program: str) -> bool:
    return bool(client.execute(f"command -v {program}")[0] == 0)


# Settings in the form that a daemon reads.


def misspelt(settings: Any, wrong: bool = True) -> Any:
    """Give a copy in which, if wanted, the last key is written wrong, in the innermost table."""
    changed = copy.deepcopy(settings)
    inner = changed
    while wrong and inner:
        last = list(inner)[-1]
        if not isinstance(inner[last], dict) or not inner[last]:
            inner[f"{last}x"] = inner.pop(last)
            break
        inner = inner[last]
    return changed


def word(value: Any) -> str:
    if isinstance(value, list):
        return " ".join(map(word, value))
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)


def lines(settings: Any, between: str) -> str:
    """One line for each key, for each value of a list; a key that is just set has no value."""
    found = []
    for key, value in settings.items():
        for one in value if isinstance(value, list) else [value]:
            bare = between == "=" and one is True
            found.append(key if bare else f"{key}{between}{word(one)}")
    return "\n".join(found)


def toml(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(k)} = {toml(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(toml, value)) + "]"
    return json.dumps(value)


# Two ways to get a verdict.


class Verdict:
    """What a daemon said to its settings."""

    def __init__(self, accepted: bool, said: str) -> None:
        self.accepted = accepted
        self.said = said.strip()

    def end(self) -> str:
        return self.said[-1500:]


def checked(command: str) -> Verdict:
    """Let a program that only checks judge."""
    code, said = client.execute(f"{inside(command)} 2>&1", timeout=60)
    return Verdict(code == 0, said)


@contextmanager
def running(
    host: Any, unit: str, command: str, ready: str, **more: str
) -> Generator[Verdict, None, None]:
    """Run a daemon until it is ready, or has ended."""
    name, said = f"{unit}.service", f"{FOLDER}/said"
    # Nobody uses it: it need not wait for anybody when it ends.
    properties = [f"NetworkNamespacePath={SPACE}", "Type=exec", "TimeoutStopSec=1"]
    properties += [f"StandardOutput=truncate:{said}", f"StandardError=append:{said}"]
    for credential in host["units"][unit]["credentials"]:
        kind = next((k for k in ["tls", "keys", "key"] if credential == k), "plain")
        properties.append(f"LoadCredential={credential}:{FOLDER}/{kind}")
    properties += [f"{key}={value}" for key, value in more.items()]
    options = " ".join(f"--property={shlex.quote(one)}" for one in properties)
    start = f'systemd-run --quiet --collect --unit={name} --setenv=PATH="$PATH" {options}'
    alive = f"systemctl is-active {name} > /dev/null"
    step = f"{inside(ready)} > /dev/null 2>&1 && exit 0; {alive} || exit 1; sleep 0.1"
    wait = f"for step in $(seq {START_LIMIT * 10}); do {step}; done; exit 1"
    client.succeed(f"{start} $(command -v bash) -c {shlex.quote(f'exec {command}')} 2>&1")
    try:
        code, _ = client.execute(wait, timeout=START_LIMIT * 3)
        yield Verdict(code == 0, client.succeed(f"cat {said}"))
    finally:
        client.execute(f"systemctl stop {name}")
        # The next one has the same name, which systemd keeps for a moment.
        gone = f"systemctl show --property=LoadState {name} | grep not-found"
        client.wait_until_succeeds(gone, timeout=START_LIMIT)


def started(host: Any, unit: str, command: str, ready: str, **more: str) -> Verdict:
    with running(host, unit, command, ready, **more) as verdict:
        return verdict


def listens(address: str, port: int) -> str:
    return f"exec 3<>/dev/tcp/{address}/{port}"


# One judge for each daemon: whether it accepts a host's settings, or the same with a key misspelt.


def firewall(host: Any, _unit: str, wrong: bool) -> Verdict:
    rules = host["firewall"]
    text = rules.replace("policy", "policyx", 1) if wrong else rules
    return checked(f"nft --check --file {write(f'{FOLDER}/firewall.nft', text)}")


def tunnel(host: Any, unit: str, wrong: bool) -> Verdict:
    settings = host["services"][unit]
    blocks = [f"[Interface]\nListenPort = {settings['listenPort']}"]
    for peer in settings["peers"]:
        key = peer["publicKey"] or base64.b64encode(secrets.token_bytes(32)).decode()
        blocks.append(f"[Peer]\nPublicKey = {key}\nAllowedIPs = {', '.join(peer['allowedIPs'])}")
        if peer["endpoint"]:
            blocks.append(f"Endpoint = {peer['endpoint']}")
        if peer["persistentKeepalive"]:
            blocks.append(f"PersistentKeepalive = {peer['persistentKeepalive']}")
    text = "\n".join(blocks)
    text = text.replace("AllowedIPs", "AllowedIPsx", 1) if wrong else text
    # Where the kernel has no WireGuard, a program brings it.
    made = "{ ip link add wg-test type wireguard || wireguard-go wg-test; } > /dev/null 2>&1"
    conf = write(f"{FOLDER}/wg.conf", text)
    return checked(f"{made}; trap 'ip link del wg-test' EXIT; wg setconf wg-test {conf}")


def sshd(host: Any, unit: str, wrong: bool) -> Verdict:
    settings = host["services"][unit]
    text = lines({"Port": settings["ports"], **misspelt(settings["settings"], wrong)}, " ")
    conf = write(f"{FOLDER}/sshd_config", text)
    return checked(f'"$(command -v sshd)" -t -f {conf} -h {FOLDER}/host-key')


def journald(host: Any, unit: str, wrong: bool) -> Verdict:
    """It only warns: the warning is what counts. A second journal of its own reads the file.

    A last key that nobody knows shows that all before it have been read.
    """
    text = "[Journal]\n" + lines(misspelt(host["services"][unit], wrong), "=") + f"\n{LAST}=1\n"
    client.succeed("mkdir -p /run/systemd/journald@accepted.conf.d")
    write("/run/systemd/journald@accepted.conf.d/test.conf", text)
    shown = client.succeed("systemctl show --property=ExecStart --value systemd-journald")
    program = shown.partition("path=")[2].split()[0]
    out = f"{FOLDER}/journald"
    # What the one before said is no answer.
    client.succeed(
        f"rm -f {out}; SYSTEMD_LOG_TARGET=console {program} accepted > {out} 2>&1 & journal=$!; "
        f"timeout {START_LIMIT} sh -c 'until grep -qs {LAST} {out}; do sleep 0.05; done'; "
        "code=$?; kill $journal; exit $code"
    )
    said = [line for line in client.succeed(f"cat {out}").splitlines() if LAST not in line]
    return Verdict(not any("Unknown key" in line for line in said), "\n".join(said))


def guard(host: Any, unit: str, wrong: bool) -> Verdict:
    text = json.dumps(misspelt(host["services"][unit], wrong))
    return checked(f"rampart-guard check-config {write(f'{FOLDER}/guard.json', text)}")


def answer(host: Any, unit: str, wrong: bool) -> Verdict:
    text = json.dumps(misspelt(host["services"][unit], wrong))
    return checked(f"rampart-answer check-config {write(f'{FOLDER}/answer.json', text)}")


def steer(host: Any, unit: str, wrong: bool) -> Verdict:
    text = json.dumps(misspelt(host["services"][unit], wrong))
    return checked(f"rampart-steer check-config {write(f'{FOLDER}/steer.json', text)}")


def bot(host: Any, unit: str, wrong: bool) -> Verdict:
    text = json.dumps(misspelt(host["services"][unit], wrong))
    return checked(f"rampart-bot check-config {write(f'{FOLDER}/bot.json', text)}")


def broker(host: Any, unit: str, wrong: bool) -> Verdict:
    text = json.dumps(misspelt(host["services"][unit], wrong))
    return checked(f"rampart-broker check-config {write(f'{FOLDER}/broker.json', text)}")


def enrol(host: Any, unit: str, wrong: bool) -> Verdict:
    text = json.dumps(misspelt(host["services"][unit], wrong))
    return checked(f"rampart-enrol check-config {write(f'{FOLDER}/enrol.json', text)}")


def tuwunel(host: Any, unit: str, wrong: bool) -> Verdict:
    settings = misspelt(host["services"][unit]["global"], wrong)
    pairs = [f"{json.dumps(key)} = {toml(value)}" for key, value in settings.items()]
    conf = write(f"{FOLDER}/tuwunel.toml", "\n".join(["[global]", *pairs]))
    socket = host["services"][unit]["global"]["unix_socket_path"]
    ready = f"curl --fail --unix-socket {socket} http://localhost/_matrix/client/versions"
    # Each host is another server: its database is its own.
    client.succeed("rm -rf /var/lib/tuwunel/*")
    own = {"StateDirectory": "tuwunel", "RuntimeDirectory": "tuwunel"}
    return started(host, unit, "tuwunel", ready, Environment=f"TUWUNEL_CONFIG={conf}", **own)


def livekit(host: Any, unit: str, wrong: bool) -> Verdict:
    settings = host["services"][unit]
    conf = write(f"{FOLDER}/livekit.yaml", json.dumps(misspelt(settings, wrong)))
    command = f'livekit-server --config {conf} --key-file "$CREDENTIALS_DIRECTORY/keys"'
    ready = f"curl --fail http://{settings['bind_addresses'][0]}:{settings['port']}/"
    if "redis" not in settings:
        return started(host, unit, command, ready)
    # The real one is on another host.
    address, _, port = settings["redis"]["address"].rpartition(":")
    options = f"--bind {address} --port {port} --requirepass plain --save ''"
    own = f"--unit=accepted-redis.service --property=NetworkNamespacePath={SPACE}"
    client.succeed(f"systemd-run --quiet --collect {own} $(command -v redis-server) {options}")
    client.wait_until_succeeds(inside(listens(address, int(port))), timeout=START_LIMIT)
    try:
        return started(host, unit, command, ready, Environment="REDIS_PASSWORD=plain")
    finally:
        client.succeed("systemctl stop accepted-redis.service")


def redis(host: Any, unit: str, wrong: bool) -> Verdict:
    settings = host["services"][unit]
    own = {"bind": " ".join(settings["bind"]), "port": settings["port"]}
    text = lines({**own, **misspelt(settings["settings"], wrong)}, " ")
    conf = write(f"{FOLDER}/redis.conf", text)
    ready = listens(settings["bind"][0], settings["port"])
    command = f"redis-server {conf} --requirepass plain"
    return started(host, unit, command, ready, StateDirectory=unit)


def coturn(host: Any, unit: str, wrong: bool) -> Verdict:
    """It only warns: the warning is what counts."""
    settings = host["services"][unit]["settings"]
    own = {"static-auth-secret": "plain", "log-file": "stdout", "pidfile": f"{FOLDER}/coturn.pid"}
    kept = {key: value for key, value in settings.items() if value is not False}
    conf = write(f"{FOLDER}/coturn.conf", lines({**own, **misspelt(kept, wrong)}, "="))
    ready = listens(settings["listening-ip"][0], settings["listening-port"])
    verdict = started(host, unit, f"turnserver -c {conf}", ready)
    warned = [line for line in verdict.said.splitlines() if "Bad configuration" in line]
    return Verdict(verdict.accepted and not warned, "\n".join(warned) or verdict.said)


def token_service(host: Any, unit: str, wrong: bool) -> Verdict:
    """An unknown name of the environment is nobody's; but without this one there is no service."""
    settings = host["services"][unit]["environment"]
    needed = "LIVEKIT_URL"
    last = {key: value for key, value in settings.items() if key != needed}
    environment = misspelt({**last, needed: settings[needed]}, wrong)
    pairs = " ".join(f"{key}={shlex.quote(value)}" for key, value in environment.items())
    command = f'env {pairs} LIVEKIT_KEY_FILE="$CREDENTIALS_DIRECTORY/key" lk-jwt-service'
    ready = f"curl --fail http://{settings['LIVEKIT_JWT_BIND']}/healthz"
    return started(host, unit, command, ready)


@contextmanager
def traefik_with(host: Any, static: Any, dynamic: Any) -> Generator[Verdict, None, None]:
    file = write(f"{FOLDER}/dynamic.yaml", json.dumps(dynamic))
    own = {
        "api": {"insecure": True},
        "providers": {"file": {"filename": file}, "providersThrottleDuration": "100ms"},
        "entryPoints": {**static["entryPoints"], "traefik": {"address": API}},
    }
    conf = write(f"{FOLDER}/static.yaml", json.dumps({**static, **own}))
    # It answers before it has read the dynamic file.
    refused = f"grep 'while building configuration' {FOLDER}/said"
    ready = f"curl --fail http://{API}/api/rawdata | grep @file || {refused}"
    command = f"traefik --configfile={conf}"
    with running(host, "traefik", command, ready, StateDirectory="traefik") as verdict:
        yield verdict


def traefik(host: Any, unit: str, wrong: bool) -> Verdict:
    settings = host["services"][unit]
    with traefik_with(host, misspelt(settings["static"], wrong), settings["dynamic"]) as verdict:
        return verdict


Judge = Callable[[Any, str, bool], Verdict]
JUDGES: dict[str, Judge] = {
    "wg-fleet": tunnel,
    "sshd": sshd,
    "journald": journald,
    "rampart-guard": guard,
    "rampart-answer": answer,
    "rampart-steer": steer,
    "rampart-bot": bot,
    "rampart-broker": broker,
    "rampart-enrol": enrol,
    "tuwunel": tuwunel,
    "livekit": livekit,
    "redis": redis,
    "coturn": coturn,
    "rampart-jwt": token_service,
    "traefik": traefik,
}


def judge_of(unit: str) -> Judge:
    """Find the judge of a unit; there may be several units of one daemon. An unknown one fails."""
    return JUDGES[kind_of(unit)]


def kind_of(unit: str) -> str:
    return "redis" if unit.startswith("redis-") else unit.partition("@")[0]


# What Traefik made of its dynamic file.


def seconds(text: str) -> float | None:
    """Read a duration, if it is one."""
    total, number = 0.0, ""
    for character in text:
        if character.isdigit() or character == ".":
            number += character
        elif number and character in "hms":
            total, number = total + float(number) * {"h": 3600, "m": 60, "s": 1}[character], ""
        else:
            return None
    return None if number or not text else total


def same(wanted: Any, got: Any) -> bool:
    """Tell whether what was wanted is there; what Traefik adds does not matter."""
    if isinstance(wanted, dict):
        return all(same(value, (got or {}).get(key)) for key, value in wanted.items())
    if isinstance(wanted, list):
        left = got or []
        return len(wanted) == len(left) and all(map(same, wanted, left))
    if isinstance(wanted, str) and isinstance(got, str):
        long = seconds(wanted)
        return wanted == got.removesuffix("@file") or (long is not None and long == seconds(got))
    return wanted == got or (not wanted and not got)


def differences(dynamic: Any, effective: Any) -> list[str]:
    """Compare the rendered file with what the API says."""
    found = []
    for kind, prefix in [("http", ""), ("tcp", "tcp"), ("udp", "udp")]:
        for part in ["routers", "services", "middlewares"]:
            wanted = dynamic.get(kind, {}).get(part, {})
            key = f"{prefix}{part.capitalize()}" if prefix else part
            every = effective.get(key, {})
            got = {k.removesuffix("@file"): v for k, v in every.items() if k.endswith("@file")}
            found += [f"{kind} {part} {name}: not rendered" for name in got.keys() - wanted.keys()]
            for name, value in wanted.items():
                there = got.get(name)
                if there is None or there["status"] != "enabled" or not same(value, there):
                    pair = f"{json.dumps(value)} became {json.dumps(there)}"
                    found.append(f"{kind} {part} {name}: {pair}")
    return found


def became(host: Any, dynamic: Any) -> list[str]:
    """Start Traefik with a dynamic file, and compare with the rendered one."""
    settings = host["services"]["traefik"]
    with traefik_with(host, settings["static"], dynamic) as verdict:
        assert verdict.accepted, verdict.said
        # It may have refused the file before its API is there.
        asked = inside(f"curl --silent --show-error --fail http://{API}/api/rawdata")
        said = client.wait_until_succeeds(asked, timeout=START_LIMIT)
    return differences(settings["dynamic"], json.loads(said))


@contextmanager
def network_of(host: Any) -> Generator[None, None, None]:
    """Make a namespace with a host's interfaces and addresses."""
    facts = host["facts"]
    ip = "ip -n accepted"
    # On this interface it makes every host's tunnel address one of our own.
    commands = [f"{ip} link set lo up"]
    commands += [f"{ip} address add {host['services']['wg-fleet']['address']} dev lo"]
    for kind, interface in host["network"]["interfaces"].items():
        name, fixed = interface["name"], facts[f"{kind}Address"]
        commands.append(f"{ip} link add {name} type veth peer name {name}-end")
        commands += [f"{ip} link set {name} up", f"{ip} link set {name}-end up"]
        commands += [f"{ip} address add {fixed}/32 dev {name}"] if fixed else []
    client.succeed("ip netns add accepted", *commands)
    try:
        yield
    finally:
        client.succeed("ip netns del accepted")


client.start()
client.wait_for_unit("multi-user.target", timeout=180)
client.succeed(
    f"mkdir -p -m 0700 {FOLDER} /run/sshd",
    f"ssh-keygen -q -t ed25519 -N '' -f {FOLDER}/host-key",
    f"openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=test -out {FOLDER}/tls "
    f"-keyout {FOLDER}/tls.key 2>&1",
    f"cat {FOLDER}/tls.key >> {FOLDER}/tls",
    f"echo 'APItest: {secrets.token_hex(32)}' | tee {FOLDER}/keys > {FOLDER}/key",
    f"echo {secrets.token_hex(32)} > {FOLDER}/plain",
)
names = client.succeed(f"cd {FLEETS} && ls */*.json").split()
files = {name.removesuffix(".json"): read(f"{FLEETS}/{name}") for name in names}
fleets = {name.partition("/")[0] for name in files}
own = {"choices", "directory", "edge-media", "linked"}
assert fleets == own | {"example", "dmz", "small"}, fleets
# What is not there, or is a stand-in, which would judge in the place of the real one.
absent = [] if has("tuwunel") else ["tuwunel"]
if "stand-in" in client.execute("timeout 5 lk-jwt-service --version 2>&1")[1]:
    absent.append("rampart-jwt")
for kind in absent:
    log.warning(f"not looked at: settings of {kind}, for want of the program")

for name, host in files.items():
    with network_of(host):
        with subtest(f"{name}: every daemon accepts its settings, and refuses a misspelt key"):
            units = [one for one in host["services"] if kind_of(one) not in [*NOT_SHOWN, *absent]]
            for unit, judge in [("firewall", firewall), *((one, judge_of(one)) for one in units)]:
                right = judge(host, unit, False)
                assert right.accepted, f"{name}: {unit} refuses what was rendered: {right.end()}"
                spoilt = judge(host, unit, True)
                assert not spoilt.accepted, f"{name}: {unit} accepts a misspelt key: {spoilt.end()}"

        if "traefik" in host["services"]:
            with subtest(f"{name}: Traefik's effective routers are the rendered ones"):
                faults = became(host, host["services"]["traefik"]["dynamic"])
                assert not faults, "\n".join(faults)

name, host = next(
    (n, h) for n, h in files.items() if "tcp" in h["services"].get("traefik", {}).get("dynamic", {})
)
with network_of(host):
    dynamic = host["services"]["traefik"]["dynamic"]
    with subtest("control: a misspelt key of a router is noticed"):
        first = next(iter(dynamic["http"]["routers"]))
        wrong = copy.deepcopy(dynamic)
        wrong["http"]["routers"][first] = misspelt(dynamic["http"]["routers"][first])
        faults = became(host, wrong)
        assert any(fault.startswith(f"http routers {first}: ") for fault in faults), faults

    with subtest("control: a misspelt table, about which Traefik is silent, is noticed"):
        wrong = {("httpx" if key == "http" else key): dynamic[key] for key in dynamic}
        faults = became(host, wrong)
        assert any(fault.startswith(f"http routers {first}: ") for fault in faults), faults

    with subtest("control: a router that is not there is noticed"):
        wrong = copy.deepcopy(dynamic)
        del wrong["http"]["routers"][first]
        faults = became(host, wrong)
        assert len(faults) == 1 and faults[0].startswith(f"http routers {first}: "), faults
