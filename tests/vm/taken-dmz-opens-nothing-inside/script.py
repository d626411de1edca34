# opening: people.py
# A DMZ host that was taken over opens nothing inside.
#
# Everything on it that could be a credential is tried at every door of the fleet that takes one:
# from the DMZ host, whose own firewall is gone, and from the internet. Doors that only hosts of
# the fleet reach are tried from within, as if their walls were gone, too. Each door is shown to
# open with its own key, put among the others, so that a door that only seems shut is noticed.

SOCKET = "/run/tuwunel/tuwunel.sock"
STATE = ["/var/lib/rampart-*", "/var/lib/tuwunel", "/var/lib/traefik", "/var/lib/private"]
PLACES = ["/run/rampart-*", "/run/credentials", "/etc/ssh/ssh_host_*_key", *STATE]
CALL = "!taken:example"

# Gives every line, and every long word, of every small file: name → value.
COLLECT = r"""
import base64, glob, json, os, pathlib, re
found = {}
def take(path, word):
    if len(word) >= 16 and word not in found.values():
        count = sum(name.startswith(f"{path},") for name in found)
        found[f"{path}, {count}"] = word
for place in [one for pattern in PLACES for one in glob.glob(pattern)]:
    below = [pathlib.Path(folder, name) for folder, _, names in os.walk(place) for name in names]
    for path in sorted(below) or [pathlib.Path(place)]:
        if not path.is_file() or path.stat().st_size > 16384:
            continue
        data = path.read_bytes()
        for word in [data.hex(), base64.b64encode(data).decode()] if len(data) <= 64 else []:
            take(path, word)
        text = data.decode(errors="replace")
        take(path, "".join(text.split()))
        # The lines of a certificate's key are nothing on their own.
        words = r"[\w.~+/=-]{16,}" if "-----BEGIN" not in text else "$^"
        for word in re.findall(words, text, re.ASCII):
            take(path, word)
print(json.dumps(found))
"""

# Gives which of these answer: TCP connections are opened to each at the same time.
DIAL = r"""
import asyncio, json
async def dial(address, port):
    try:
        _, writer = await asyncio.wait_for(asyncio.open_connection(address, port), 3)
    except (OSError, TimeoutError, asyncio.TimeoutError):
        return None
    writer.close()
    return f"{address}:{port}"
async def every():
    return await asyncio.gather(*(dial(*one) for one in PLACES))
print(json.dumps([one for one in asyncio.run(every()) if one]))
"""


def run(machine: Any, program: str, **constants: Any) -> Any:
    lines = "".join(f"{name} = {value!r}\n" for name, value in constants.items())
    said = machine.succeed(f"python3 - <<'END'\n{lines}{program}\nEND")
    return json.loads(said)


def attempts(machine: Any, doors: list[Any], words: dict[str, str]) -> dict[str, list[str]]:
    """Give what opened: door → names of the words, without what a tenant's secret is for."""
    found = try_doors(machine, words, [{**door, "patience": 60} for door in doors])
    ours = {
        door: [one for one in by if (door, words[one]) not in rightful]
        for door, by in found.items()
    }
    return {door: by for door, by in ours.items() if by}


def web(url: str, **more: Any) -> dict[str, Any]:
    """Give a door behind HTTPS."""
    host, _, path = url.removeprefix("https://").removeprefix("wss://").partition("/")
    return {"address": host, "name": host, "port": 443, "tls": True, "path": f"/{path}", **more}


def read(machine: Any, path: str) -> str:
    return str(machine.succeed(f"cat {path}")).strip()


def keys_of(focus: str) -> tuple[str, str]:
    key, _, secret = read(core, f"/run/rampart-secrets/livekit-keys-{focus}").partition(":")
    return key.strip(), secret.strip()


with subtest("every unit is active, people and a guest are there, and a call goes on"):
    for machine in machines:
        wait_for_units(machine)
    make_accounts("anna")
    anna = log_in(staff_api, "anna")
    register_guest("gus")
    guest = log_in(guests_api, "gus")
    for service in foci:
        call_tokens(service, openid(staff_api, anna), CALL)

server = names["serverName"]
realm = files[relay_host.name]["services"]["coturn"]["settings"]["realm"]
# Doors that the internet reaches, with a key of each.
whoami = f"{staff_api}/_matrix/client/v3/account/whoami"
public: list[dict[str, Any]] = [
    web(whoami, label="an account", kind="bearer"),
    {"label": "the relay of calls", "kind": "relay", "address": realm, "port": 3478},
]
right = {
    "an account": anna["access_token"],
    "the relay of calls": read(relay_host, "/run/rampart-secrets/turn-secret-core"),
}
for service in foci:
    focus = service.rpartition("/")[2]
    key, secret = keys_of(focus)
    url = call_tokens(service, openid(staff_api, anna), CALL)[0]["url"]
    proof = {"kind": "openid", "server": server, "room": CALL}
    public.append(web(f"{service}/sfu/get", label=f"a pass for {focus}", **proof))
    public.append(web(url, label=f"the media server of {focus}", kind="call", key=key))
    right[f"a pass for {focus}"] = openid(staff_api, anna)["access_token"]
    right[f"the media server of {focus}"] = secret
# Doors that nothing outside reaches: they are tried as if it did.
inside = {"socket": SOCKET, "name": "localhost"}
inner: list[dict[str, Any]] = [
    {"label": "the admin API", "kind": "bearer", "path": "/_synapse/admin/v2/users", **inside},
    {"label": "the password of the broker", "kind": "login", "user": "rampart-broker", **inside},
    {"label": "the password of staff", "kind": "login", "user": "anna", **inside},
]
right["the admin API"] = read(core, "/var/lib/rampart-broker/admin-token")
right["the password of the broker"] = read(core, "/var/lib/rampart-broker/admin-password")
right["the password of staff"] = PASSWORD
for unit, settings in files[core.name]["services"].items():
    if unit.startswith("redis-"):
        at = {"address": settings["bind"][0], "port": settings["port"]}
        inner.append({"label": unit, "kind": "redis", **at})
        right[unit] = read(core, f"/run/rampart-secrets/{settings['password']}")

# What a secret of the DMZ host is for, outside of it: the relay of guests' own calls.
tenant = files[dmz.name]["facts"]["tenant"]
relay_secret = read(dmz, f"/run/rampart-secrets/turn-secret-{tenant}")
rightful = {("the relay of calls", relay_secret)}

with subtest("all that is on the DMZ host is collected"):
    words = run(dmz, COLLECT, PLACES=PLACES)
    words["a guest who is logged in"] = guest["access_token"]
    held = secrets_of(dmz)
    assert files[dmz.name]["secrets"].keys() - {"luks-system"} <= held.keys(), held.keys()
    for name, secret in held.items():
        assert "".join(secret.split()) in words.values(), name
    for path in ["admin-token", "admin-password"]:
        assert any(f"rampart-broker/{path}," in name for name in words), sorted(words)
    print(f"{len(words)} words:", *sorted(words), sep="\n")

with subtest("nothing of it opens a door, from the DMZ host without its firewall or from outside"):
    dmz.succeed("nft flush ruleset")
    for machine in [dmz, client]:
        assert not (opened := attempts(machine, public, words)), opened

with subtest("nothing of it opens what lies behind the walls"):
    assert not (opened := attempts(core, inner, words)), opened

with subtest("control: tried in the same way, the key of each door opens it"):
    for machine, doors in [(dmz, public), (client, public), (core, inner)]:
        labels = [door["label"] for door in doors]
        opened = attempts(machine, doors, {label: right[label] for label in labels})
        assert all(label in opened.get(label, []) for label in labels), opened

with subtest("what the tenant's relay secret opens leads nowhere inside"):
    user = "2000000000:taken"
    sign = f"openssl dgst -sha1 -mac HMAC -macopt key:{relay_secret} -binary"
    digest = client.succeed(f"printf %s {user} | {sign} | base64").strip()
    refused = [
        files[core.name]["facts"]["tunnelAddress"],
        files[gateway.name]["facts"]["lanAddress"],
        "127.0.0.1",
    ]
    for peer in refused:
        said = client.execute(
            f"turnutils_uclient -c -n 5 -e {peer} -u {user} -w {shlex.quote(digest)} {realm} 2>&1"
        )[1]
        assert "error 403 " in said, f"{peer}: {said}"

with subtest("without its firewall, too, the DMZ host reaches no port of a host inside"):
    ports = {
        int(line.split()[3].rpartition(":")[2])
        for machine in [core, gateway, *edges]
        for line in machine.succeed("ss -Hlnt").splitlines()
    }
    reached = {
        str(files[machine.name]["facts"][kind])
        for machine in [core, gateway, *edges]
        for kind in ["lanAddress", "tunnelAddress"]
        if files[machine.name]["facts"][kind]
    }
    dials = [(address, port) for address in sorted(reached) for port in sorted(ports)]
    assert not (opened := run(dmz, DIAL, PLACES=dials)), opened
    # Control: the gateway is let in, by the same attempt.
    t.assertTrue(run(gateway, DIAL, PLACES=dials))

with subtest("the tunnel knows the DMZ host's key as that of one host only"):
    # The core dials this host, which is the control, too.
    assert (taken_by := takers(dmz)) == {core.name}, taken_by

with subtest("an address of another host, taken inside the tunnel, gets no answer"):
    facts = files[gateway.name]["facts"]
    core_tunnel = files[core.name]["facts"]["tunnelAddress"]
    guard = files[core.name]["services"]["rampart-guard"]["listen"][0]
    get = f"curl --silent --max-time 5 http://{guard}/_matrix/client/versions"
    gateway.succeed(get)
    dmz.succeed(f"ip address add {facts['tunnelAddress']}/32 dev lo")
    dmz.fail(f"{get} --interface {facts['tunnelAddress']}", f"ping -c 2 -W 2 {core_tunnel}")

with subtest("no key on the DMZ host is one for SSH, from where administration comes"):
    options = "-o BatchMode=yes -o StrictHostKeyChecking=no -o ConnectTimeout=10"

    def enters(key: str, host: Any) -> bool:
        place = f"/tmp/{hashlib.sha256(key.encode()).hexdigest()}"
        core.succeed(f"install -m 0600 /dev/null {place} && cat > {place} <<'END'\n{key}\nEND")
        address = files[host.name]["facts"]["tunnelAddress"]
        return bool(core.execute(f"ssh {options} -i {place} root@{address} true")[0] == 0)

    listed = "grep -lr 'PRIVATE KEY' /etc/ssh /run/rampart-* /var/lib/rampart-* /var/lib/tuwunel"
    private = [read(dmz, path) for path in dmz.execute(f"{listed} || true")[1].split()]
    t.assertTrue(private)
    t.assertFalse([host.name for host in [gateway, *edges] for key in private if enters(key, host)])
    # Control: a key that is let in gets in.
    core.succeed("ssh-keygen -q -t ed25519 -N '' -f /tmp/own")
    own = read(core, "/tmp/own.pub")
    for place in ["/root/.ssh/authorized_keys", "/etc/ssh/authorized_keys.d/root"]:
        gateway.execute(f"mkdir -p $(dirname {place}) && echo {shlex.quote(own)} >> {place}")
    t.assertTrue(enters(read(core, "/tmp/own"), gateway), "the key that was put there")
