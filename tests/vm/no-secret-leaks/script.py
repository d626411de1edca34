# opening: people.py
# No secret leaves its file.
#
# Every secret of every host, and what people log in with, is searched for on every host after the
# fleet was used, broken and repaired: as it is, in base64, in hexadecimal, percent-encoded, and as
# the bytes that it stands for. Where a daemon can take a secret in no other way than from its own
# file or environment, that place is in the list below, with the reason.
import re
import secrets

PLACE_OF_SECRETS = "/run/rampart-secrets"
POISON = "/run/poison"
ANSWERS = "/run/answers"

# (place, secret, why it may be there). Places of files end in their mode.
REVIEWED = [
    (
        r"file /run/coturn/turnserver\.(conf|cfg) 06[04]0",
        r".*/turn-secret-.*",
        "coturn has no other way; the folder is its own",
    ),
    (r"file /run/redis-[\w-]+/\S+\.conf 0600", r".*/redis-.*", "Redis has no other way"),
    (
        r"environment of livekit-server",
        r".*/redis-.*",
        "LiveKit takes this one from its environment or its settings; root and the server see it",
    ),
    (
        r"file /run/rampart-tunnel/private-key 0440",
        r".*/wireguard-private",
        "for systemd-networkd, which is not root; its group has no other member",
    ),
    (
        r"file /var/lib/tuwunel/\S+ 0600",
        r"people/(token|proof) .*",
        "a homeserver remembers who is logged in",
    ),
    (
        r"file /var/lib/tuwunel/homeserver\.db\S* 0600",
        r".*/sentinel-token",
        "only of Synapse, the lab's stand-in, which has no file for it",
    ),
    (
        r"file /run/rampart-bootstrap/tuwunel\.env 0400|environment of \(?(tuwunel|python3?\S*)\)?",
        r".*/homeserver-bootstrap",
        "good for one log-in, which the broker has used; Tuwunel has no other way",
    ),
    (
        r"file /var/lib/rampart-broker/(admin-token|bot-token|admin-password(\.next)?) 0400",
        r"[\w-]+/made/(admin|bot)-\w+",
        "where the broker keeps them; a unit gets its own as a credential",
    ),
    (
        rf"file {ANSWERS}/\S+ 0644",
        "people/(link|pass of .*)",
        "the page of links has it in its form, LiveKit in its refusal: to whoever sent it",
    ),
    (r"file /var/lib/tuwunel/signing\.key 0600", r"[\w-]+/made/signing\.key", "its own file"),
    (
        r"file /var/lib/tuwunel/\S+ 0600",
        r"[\w-]+/made/(admin|bot)-token|people/link",
        "a homeserver knows who is logged in, and what registers",
    ),
    # Where the test machines get their secrets from; a real host has none.
    (r"file /nix/store/\w+-throwaway-secrets/\S+ \d+", r".*", "of the test machines"),
]

# Where a daemon keeps secrets that it has made itself, and their names.
MADE_IN = {"rampart-broker": "/var/lib/rampart-broker", "tuwunel": "/var/lib/tuwunel"}
MADE = r"\./(admin-token|admin-password|bot-token|signing\.key)"

# Looks for each value in each form, and prints where it is.
SEARCH = r'''
import base64, concurrent.futures, json, os, pathlib, re, socket, stat, subprocess, urllib.parse

# Of the kernel; programs that were there before any secret; what is read in another way; the
# secrets themselves. Of a store on NixOS this host's part is read, elsewhere all that is shown.
PRUNED = ["/proc", "/sys", "/dev", "/usr", "/opt", "/nix"]
PRUNED += ["/var/log/journal", "/run/log/journal", "/run/watched"]
PRUNED += ["/run/rampart-secrets", "/run/credentials", "/run/poison"]
PAGES = ["/", "/metrics", "/debug/pprof/", "/debug/rooms", "/debug/goroutine", "/debug/vars"]
PAGES += ["/status", "/config", "/api/rawdata", "/dashboard/", "/healthz", "/ping"]
OTHERS = [b"INFO\r\nCONFIG GET *\r\nAUTH wrong\r\nQUIT\r\n", b"\x16\x03garbage\r\n\r\n"]

def coded(name, data):
    yield name, data
    yield f"{name} in hexadecimal", data.hex().encode()
    yield f"{name} in hexadecimal", data.hex().upper().encode()
    for shift in range(3):
        text = base64.b64encode(bytes(shift) + data)
        text = text[(shift * 8 + 5) // 6 : (shift + len(data)) * 8 // 6]
        yield f"{name} in base64", text
        yield f"{name} in base64", text.replace(b"+", b"-").replace(b"/", b"_")

def forms(text):
    yield from coded("itself", text.encode())
    if text != (quoted := urllib.parse.quote(text, safe="")):
        yield "percent-encoded", quoted.encode()
    for decode in (bytes.fromhex, lambda text: base64.b64decode(text, validate=True)):
        try:
            data = decode(text)
        except ValueError:
            continue
        if len(data) >= 16:
            yield from coded("its bytes", data)

needles = {(name, form, data) for name, text in VALUES.items() for form, data in forms(text)}
# Patterns of grep end with their line.
broken = {needle for needle in needles if b"\n" in needle[2]}
patterns = os.memfd_create("patterns")
os.write(patterns, b"\n".join(needle[2] for needle in needles - broken))

def output(*words, **more):
    return subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **more).stdout

def is_suspicious(content):
    """Tell whether anything is in there: a thousand words at once is what grep is quick at."""
    words = ["grep", "--text", "--fixed-strings", "--count", f"--file=/proc/self/fd/{patterns}"]
    bytewise = {**os.environ, "LC_ALL": "C"}
    return output(*words, input=content, pass_fds=[patterns], env=bytewise) != b"0\n"

def hits(batch):
    whole = b"\0".join(content for _, content in batch)
    wanted = needles if is_suspicious(whole) else broken
    if wanted is needles and len(batch) > 1 and len(whole) > 1 << 16:
        half = len(batch) // 2
        return hits(batch[:half]) | hits(batch[half:])
    return {(place, *one[:2]) for place, content in batch for one in wanted if one[2] in content}

def files():
    tops = FOLDERS
    if "/" in tops and os.path.exists("/run/current-system"):
        closure = output("nix-store", "--query", "--requisites", "/run/current-system")
        tops = tops + closure.decode().split()
    elif "/" in tops:
        tops = tops + ["/nix/store"]
    for top in tops:
        for folder, inner, found in os.walk(top):
            inner[:] = [one for one in inner if os.path.join(folder, one) not in PRUNED]
            for path in {os.path.join(folder, one) for one in found} - set(PRUNED):
                try:
                    mode = os.lstat(path).st_mode
                    if stat.S_ISREG(mode):
                        yield f"file {path} {mode & 0o7777:04o}", pathlib.Path(path).read_bytes()
                except OSError:
                    pass
        if os.path.isfile(top):
            yield f"file {top} 0444", pathlib.Path(top).read_bytes()

def own():
    """Give this process and its parents: they know what is searched for."""
    pid, found = os.getpid(), set()
    while pid:
        found.add(pid)
        pid = int(re.search(r"PPid:\s*(\d+)", pathlib.Path(f"/proc/{pid}/status").read_text())[1])
    return found

def processes():
    skipped = own()
    for folder in pathlib.Path("/proc").glob("[0-9]*"):
        if int(folder.name) not in skipped:
            try:
                name = (folder / "comm").read_text().strip()
                yield f"arguments of {name}", (folder / "cmdline").read_bytes()
                yield f"environment of {name}", (folder / "environ").read_bytes()
            except OSError:
                pass
    with open("/run/watched") as lines:
        for place, content in map(json.loads, lines):
            yield place, content.encode("latin-1")

def journal():
    for entry in output("journalctl", "--all", "--quiet", "--output=export").split(b"\n\n"):
        unit = re.search(rb"^(?:_SYSTEMD_)?UNIT=(.*)$", entry, re.M)
        yield f"journal of {unit[1].decode() if unit else 'the system'}", entry

def units():
    for text in output("systemctl", "show", "--all", "*").split(b"\n\n"):
        name = re.search(rb"^Id=(.*)$", text, re.M)
        yield f"properties of {name[1].decode() if name else 'a unit'}", text
    for words in ("systemctl show-environment", "nft list ruleset", "wg show", "ip -d address"):
        yield f"output of {words}", output(*words.split())

def said(family, address, request):
    with socket.socket(family) as line:
        line.settimeout(2)
        text = b""
        try:
            line.connect(address)
            line.sendall(request)
            while piece := line.recv(65536):
                text += piece
        except OSError:
            pass
    return text

def pages():
    """Ask everything that listens on this host for what it might say of itself."""
    ends = [(socket.AF_UNIX, path) for path in SOCKETS]
    for line in output("ss", "-Hlnt").decode().splitlines():
        address, _, port = line.split()[3].rpartition(":")
        address = address.partition("%")[0].strip("[]")
        if port not in ("22", "53"):
            address = address.replace("0.0.0.0", "127.0.0.1").replace("*", "127.0.0.1")
            family = socket.AF_INET6 if ":" in address else socket.AF_INET
            ends.append((family, (address, int(port))))
    requests = [f"GET {page} HTTP/1.0\r\nHost: localhost\r\n\r\n".encode() for page in PAGES]
    with concurrent.futures.ThreadPoolExecutor(64) as pool:
        asked = [(end, pool.submit(said, *end, one)) for end in ends for one in requests + OTHERS]
        for (_, address), answer in asked:
            yield f"answer of {address}", answer.result()

found, batch, size, places = set(), [], 0, 0
for source in [files] if FOLDERS != ["/"] else [files, processes, journal, units, pages]:
    for place, content in source():
        batch.append((place, content))
        places, size = places + 1, size + len(content)
        if size > 1 << 22:
            found |= hits(batch)
            batch, size = [], 0
found |= hits(batch)
print(json.dumps({"places": places, "found": sorted(found)}))
'''

# Writes down the arguments and environments of processes that live only for a moment. It looks a
# hundred times a second; what is shorter may escape it, so units and scripts are searched as well.
WATCH = r"""
import json, os, pathlib, time
os.umask(0o077)
known = {}
with open("/run/watched", "w", buffering=1) as record:
    while True:
        for folder in pathlib.Path("/proc").glob("[0-9]*"):
            if known.get(folder.name, 0) < 3:
                try:
                    name = (folder / "comm").read_text().strip()
                    for part, said in (("cmdline", "arguments"), ("environ", "environment")):
                        content = (folder / part).read_bytes().decode("latin-1")
                        record.write(json.dumps([f"{said} of {name}", content]) + "\n")
                except OSError:
                    pass
                known[folder.name] = known.get(folder.name, 0) + 1
        time.sleep(0.01)
"""


READ = """
import json, pathlib
print(json.dumps({name: pathlib.Path(FOLDER, name).read_text() for name in NAMES}))
"""
WRITE = """
import os, pathlib
os.umask(0o077)
pathlib.Path(FOLDER).mkdir(exist_ok=True)
for name, text in TEXTS.items():
    pathlib.Path(FOLDER, name).write_text(text)
"""


def values_of(name: str, text: str) -> list[str]:
    """Give what is secret in a file: of a key pair the second half, of a chain the key's lines."""
    if name.startswith("livekit-keys-"):
        return [text.partition(":")[2].strip()]
    keys = re.findall(r"-----BEGIN [A-Z ]*PRIVATE KEY-----\n(.*?)-----END", text, re.S)
    return [line for key in keys for line in key.split()[:4]] if keys else [text.strip()]


def run(machine: Any, program: str, **constants: Any) -> str:
    lines = "".join(f"{name} = {value!r}\n" for name, value in constants.items())
    return str(machine.succeed(f"python3 - <<'END'\n{lines}{program}\nEND"))


def search(machine: Any, folders: list[str]) -> list[tuple[str, str, str]]:
    """Give where values are, as (place, value, form), without the reviewed ones."""
    guard = files.get(machine.name, {}).get("services", {}).get("rampart-guard", {})
    sockets = [guard[key] for key in ["enrolSocket", "upstreamSocket"] if guard.get(key)]
    said = json.loads(run(machine, SEARCH, VALUES=values, FOLDERS=folders, SOCKETS=sockets))
    assert said["places"] > 0, f"{machine.name}: nothing was searched"
    return [(place, name, form) for place, name, form in said["found"] if not reviewed(place, name)]


def reviewed(place: str, name: str) -> bool:
    of_place = [what for where, what, _ in REVIEWED if re.fullmatch(where, place)]
    return any(re.fullmatch(what, name) for what in of_place)


def poisoned(host: str, secret: str) -> str:
    """Give a wrong content for a secret's file, in a form that a parser stumbles over."""
    word = f"poison{secrets.token_hex(16)}"
    values[f"poison/{host}/{secret}"] = word
    if secret.startswith("tls-"):
        return f"-----BEGIN PRIVATE KEY-----\n{word}\n-----END PRIVATE KEY-----\n"
    # As long as a tunnel's key, but none.
    return f"{word}-=-=-=" if secret == "wireguard-private" else word


def ordered_link() -> str:
    """Order a guest's link as the bot does, open its page, and give the token that is in it."""
    door = files[dmz.name]["services"]["rampart-broker"]["guests"]["listen"]
    by, tenant = f"@ann:{names['serverName']}", files[dmz.name]["facts"]["tenant"]
    order = {"by": by, "room": f"!orders:{names['serverName']}", "recipient": "Gus", "note": None}
    terms = {"ttl_seconds": 3600, "uses": 1, "staff": False, "key": "story"}
    secret = secrets_of(core)[f"broker-client-token-{tenant}"].strip()
    url = f"http://{door}/v1/token-create"
    made = json.dumps(ask("POST", url, {**order, **terms}, secret, machine=core))
    found = re.search(r"https://[^\"]*\?token=([\w.~-]+)", made)
    assert found, f"no link in {made}"
    page = client.succeed(f"curl --silent --fail --max-time 20 {shlex.quote(found[0])}")
    assert "<form" in page, page
    return found[1]


def named(kind: str) -> set[str]:
    """Give the names that routers of a kind are for."""
    tables = [file["services"].get("traefik", {}).get("dynamic", {}) for file in files.values()]
    routers = [one for table in tables for one in table.get(kind, {}).get("routers", {}).values()]
    found = [re.findall(r"Host(?:SNI)?\(`([^`]+)`\)", one["rule"]) for one in routers]
    return {name for names in found for name in names}


served = [name for name, file in files.items() if "livekit" in file["services"]]
# The core last: it dials the others, and one that comes back after it waits for minutes.
hosts = sorted((m for m in machines if m.name in files), key=lambda machine: machine is core)
values: dict[str, str] = {}

with subtest("every secret of every host is known to the search"):
    for host in hosts:
        wait_for_units(host)
        # Not the key of the system's disk, which opens that before there is a host.
        held = sorted(set(files[host.name]["secrets"]) & set(secrets_of(host)))
        assert set(files[host.name]["secrets"]) - set(held) <= {"luks-system"}, held
        texts_of = run(host, READ, NAMES=held, FOLDER=PLACE_OF_SECRETS)
        for secret, text in json.loads(texts_of).items():
            found = values_of(secret, text)
            assert found and all(len(value) >= 32 for value in found), f"{secret}: {text}"
            for number, value in enumerate(found):
                values[f"{host.name}/{secret}" + f", line {number + 1}" * (len(found) > 1)] = value
        run(host, WRITE, TEXTS={name: poisoned(host.name, name) for name in held}, FOLDER=POISON)

with subtest("what hosts have made for themselves is known, too"):
    for host in hosts:
        for unit, folder in MADE_IN.items():
            if unit in files[host.name]["services"]:
                listed = host.succeed(f"cd {folder} && find . -type f")
                made = [one for one in listed.splitlines() if re.fullmatch(MADE, one)]
                # Tuwunel has its signing key in its database.
                assert made or unit == "tuwunel", f"{host.name}: nothing of {MADE}, but {listed}"
                for name, text in json.loads(run(host, READ, NAMES=made, FOLDER=folder)).items():
                    # Of a signing key the last word (ed25519 NAME KEY).
                    secret = text.split()[-1]
                    assert len(secret) >= 32, f"{host.name} {name}: {len(secret)} characters"
                    values[f"{host.name}/made/{name.removeprefix('./')}"] = secret

# Passes for calls, by the name of the media server.
given: dict[str, str] = {}
with subtest("people use the fleet"):
    make_accounts("ann", "ben")
    ann, ben = log_in(staff_api, "ann"), log_in(staff_api, "ben")
    say(open_room(ann, ben), "hello", ann)
    register_guest("gus")
    guest = log_in(guests_api, "gus")
    values["people/password"] = PASSWORD
    values["people/link"] = link = ordered_link()
    for api, account in [(staff_api, ann), (guests_api, guest)]:
        user = account["user_id"]
        values[f"people/token of {user}"] = account["access_token"]
        proof = openid(api, account)
        values[f"people/proof of {user}"] = proof["access_token"]
        for service in [foci[0], foci[-1]]:
            tokens = call_tokens(service, proof)
            values[f"people/pass of {user} for {service}"] = tokens[0]["jwt"]
            given[tokens[0]["url"].split("/")[2]] = tokens[0]["jwt"]
            if account is not guest:
                said = talked(tokens[0]["url"], tokens)
                assert is_heard(said), f"{service}: {said}"
    url = f"{staff_api}/_matrix/client/v3/voip/turnServer"
    relay = ask("GET", url, token=ann["access_token"])
    values["people/relay"] = relay["password"]

for host in hosts:
    host.succeed(f"systemd-run --quiet --unit=watch python3 -c {shlex.quote(WATCH)}")

with subtest("bad requests are answered"):
    token = ann["access_token"]
    public, relayed = named("http"), named("tcp")
    assert {guests, names["rtcDomain"], *map(media_name, served)} <= public, public
    # Each media server is asked with a pass of its own, and a letter more.
    jwt = "PASS"
    reads = [
        *["/", "/metrics", "/debug/pprof/", "/api/rawdata", "/dashboard/", "/nothing/here"],
        *["/%2e%2e/etc/passwd", "/_synapse/admin/v1/server_version"],
        *[f"/_matrix/client/v3/{path}{token}" for path in ["nothing/", "sync?access_token=x"]],
        *[f"/rtc{path}?access_token={jwt}x" for path in ["", "/validate", "/v1/validate"]],
        *["/register", f"/register?token={link}x", "/register?token="],
    ]
    writes = [
        *[f"/_matrix/client/v3/{path}" for path in ["login", "register"]],
        *["/twirp/livekit.RoomService/ListRooms", "/register", f"/register?token={link}x"],
        *[f"/{service.rpartition('/')[2]}/sfu/get" for service in foci],
    ]
    wrong = json.dumps({"openid_token": {"access_token": f"{token}x"}, "password": PASSWORD})
    requests: list[dict[str, str]] = [{"url": path} for path in reads]
    header = f"Authorization: Bearer {jwt}x"
    requests += [
        {"url": path, "data": d, "header": header} for path in writes for d in ["{", wrong]
    ]
    form = f"token={link}x&username=gus&password={PASSWORD}"
    requests += [{"url": "/register", "data": form}]
    client.succeed(f"mkdir -p {ANSWERS}")
    for name in sorted(public):
        blocks = [
            "".join(f"{key} = {json.dumps(value)}\n" for key, value in request.items())
            for request in [{**one, "url": f"https://{name}{one['url']}"} for one in requests]
        ]
        common = "include\nsilent\nshow-error\npath-as-is\nmax-time = 10\n"
        common += 'write-out = "\\n"\n'
        config = "next\n".join(common + block for block in blocks)
        config = config.replace(jwt, given.get(name, given[media_name(core.name)]))
        answers = f"{ANSWERS}/{name}"
        client.execute(f"curl --config - > {answers} 2>&1 <<'END'\n{config}END")
        said = client.succeed(f"grep --text -E '^HTTP|^curl' {answers}")
        assert said.count("HTTP/") == len(requests), f"{name}: {len(requests)} requests: {said}"
        # More than Traefik takes.
        long = "X: $(head -c 70000 /dev/zero | tr '\\0' x)"
        client.execute(f'curl -sSi -H "{long}" https://{name}/ >> {answers} 2>&1')

    # What is behind these speaks no HTTP: it may say anything, or nothing.
    for name in sorted(relayed):
        url = shlex.quote(f"https://{name}/?access_token={given[media_name(core.name)]}x")
        client.execute(f"curl -sSi --max-time 3 {url} >> {ANSWERS}/{name} 2>&1")

    account = f"-u {shlex.quote(relay['username'])} -w {shlex.quote(relay['password'] + 'x')}"
    realm = files[relay_host.name]["services"]["coturn"]["settings"]["realm"]
    client.execute(
        f"timeout 5 turnutils_uclient -y -c -n 2 {account} {realm} >> {ANSWERS}/all 2>&1"
    )

if core.execute("test -d /nix/store")[0]:
    log.warning("not looked at: the store, for want of one")

with subtest("daemons are given wrong secrets, and end"):
    before = {host.name: starts(host, with_credentials(files[host.name])) for host in hosts}
    for host in hosts:
        host.succeed(f"mount --bind {POISON} {PLACE_OF_SECRETS}")
        for unit in with_credentials(files[host.name]):
            host.execute(f"systemctl kill --signal=ABRT {shlex.quote(unit)}.service")
    for host in hosts:
        wait_for_more_starts(host, before[host.name])
    for host in hosts:
        host.succeed(f"umount {PLACE_OF_SECRETS}")

with subtest("daemons are cut down, and come back"):
    for host in hosts:
        for unit in files[host.name]["units"]:
            if unit not in NOT_SHOWN:
                host.execute(f"systemctl kill --signal=ABRT {shlex.quote(unit)}.service")
    for host in hosts:
        wait_for_units(host)
    wait_for_api(staff_api)
    wait_for_api(guests_api)
    for host in hosts:
        host.succeed("systemctl stop watch")

with subtest("no secret is anywhere but in its file and in the reviewed places"):
    leaks = {host.name: search(host, ["/"]) for host in hosts}
    leaks["client"] = search(client, [ANSWERS])
    told = "".join(f"\n{host}: {leak}" for host, found in leaks.items() for leak in found)
    assert not told, told

with subtest("control: a secret that is put anywhere else is found there"):
    victim, key = f"{core.name}/turn-secret-core", f"{core.name}/wireguard-private"
    secret = values[victim]
    encoded = f"$(printf %s {secret} | base64 --wrap=0)"
    pause = "python3 -c 'import time; time.sleep(600)'"
    page = "python3 -m http.server 9876 --bind 127.0.0.1"
    core.succeed(
        f"echo 'password: {encoded}' | systemd-cat --identifier=leak",
        f"echo {secret.encode().hex().upper()} > /etc/leak",
        f"mkdir -p /var/lib/leak /run/leak/{secret}",
        f"echo {values[key]} | base64 --decode > /var/lib/leak/bytes",
        f"systemd-run --quiet --unit=leak-argument {pause} {secret}",
        f"systemd-run --quiet --unit=leak-variable --setenv=LEAK={secret} {pause}",
        f"systemd-run --quiet --unit=leak-page --working-directory=/run/leak {page}",
    )
    core.wait_for_open_port(9876, "127.0.0.1")
    found_at = {place for place, name, _ in search(core, ["/"]) if name in (victim, key)}
    wanted = [
        r"journal of .*",
        r"file /etc/leak \d+",
        r"file /var/lib/leak/bytes \d+",
        r"arguments of python3?.*",
        r"environment of python3?.*",
        r"properties of leak-argument\.service",
        r"properties of leak-variable\.service",
        r"answer of \('127\.0\.0\.1', 9876\)",
    ]
    missed = [one for one in wanted if not any(re.fullmatch(one, place) for place in found_at)]
    assert not missed, f"not found: {missed}; found: {sorted(found_at)}"
