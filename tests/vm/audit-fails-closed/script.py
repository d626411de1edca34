# opening: chain.py
#
# Whatever breaks, nothing is let through that the audit refuses, what was acknowledged is kept,
# and the fleet recovers without a hand: what this script does to a host is the fault and its end.
#
# Each fault is looked at from outside: what an attack gets, what people get, and afterwards
# whether the homeserver has changed. A table of what was seen is printed at the end.
DISK = "/var/lib/tuwunel"
LOGS = "/var/log/journal"
SMALL = 256
# Fault, what an attack by its path gets, what one by its body gets, what people get.
TABLE: list[tuple[str, str, str, str]] = []
TRANSACTION = iter(range(1, 100000))


def attacks() -> list[Answer]:
    """Encrypt the room by its path, delete the message by its path, and both by a body."""
    token = root["access_token"]
    entry = {"type": "m.room.redaction", "state_key": "", "content": {"redacts": event}}
    return [
        ask("PUT", v3(f"rooms/{room}/state/m.room.encryption"), {"algorithm": "x"}, token),
        ask("PUT", v3(f"rooms/{room}/redact/{event}/{next(TRANSACTION)}"), {}, token),
        ask("POST", v3("createRoom"), {"initial_state": [entry]}, token),
    ]


def send(text: str = "hello") -> Answer:
    """Send a message through the chain; what was acknowledged must be there for ever."""
    path = v3(f"rooms/{room}/send/m.room.message/{next(TRANSACTION)}")
    answer = ask("PUT", path, {"msgtype": "m.text", "body": text}, root["access_token"])
    if answer.status == 200:
        acknowledged.append(answer.json["event_id"])
    return answer


def said(answer: Answer) -> str:
    """Write an answer for the table."""
    kind = answer.json.get("errcode", "") if isinstance(answer.json, dict) else ""
    return f"{answer.status} {kind}".strip() if answer.status else "no connection"


def holds(fault: str, closed: bool | None = False) -> None:
    """Look while the fault is there; `closed` means that nobody is served, `None` both."""
    answers = attacks()
    assert all(answer.status == 0 or answer.status >= 400 for answer in answers), answers
    mine = send()
    assert closed in [None, mine.status != 200], f"{fault}: people get {mine}"
    TABLE.append((fault, said(answers[0]), said(answers[-1]), said(mine)))


def now(machine: Any) -> str:
    """Give a moment as journalctl takes it; whole seconds would take in what was just before."""
    return f"@{machine.succeed('date +%s.%6N').strip()}"


def wait_for_line(machine: Any, unit: str, words: str, start: str) -> None:
    """Wait until a unit has written some words to the journal since a moment."""
    lines = f"journalctl --unit={unit} --since={start} --output=cat"
    machine.wait_until_succeeds(f"{lines} | grep -F {shlex.quote(words)}", timeout=60)


def heals() -> None:
    """Wait until people chat again, and look at what the homeserver has."""
    token = root["access_token"]
    path = v3(f"rooms/{room}/send/m.room.message/heals-{next(TRANSACTION)}")
    body = {"msgtype": "m.text", "body": "well again"}
    wanted = curl("PUT", api + path, body, token, "--fail")
    client.wait_until_succeeds(f"({wanted}\n) | grep event_id", timeout=LIMIT)
    for answer in attacks():
        assert 400 <= answer.status < 500, answer
    unchanged()


def unchanged() -> None:
    token = root["access_token"]
    state = v3(f"rooms/{room}/state/m.room.encryption")
    assert direct("GET", state, token=token).status == 404, "the room is encrypted"
    kept = done(direct("GET", v3(f"rooms/{room}/event/{event}"), token=token))
    assert kept["content"].get("body") == "kept", kept
    rooms = done(direct("GET", v3("joined_rooms"), token=token))["joined_rooms"]
    assert sorted(rooms) == known_rooms, f"a room was made: {set(rooms) - set(known_rooms)}"
    for one in acknowledged:
        path = v3(f"rooms/{room}/event/{one}")
        answer = direct("GET", path, token=token)
        assert answer.status == 200, f"{one} was acknowledged and is lost: {answer}"


root = person("root", "admin")
room = open_room(root)
event = say(room, "kept", root, "kept")
known_rooms = sorted(
    done(direct("GET", v3("joined_rooms"), token=root["access_token"]))["joined_rooms"]
)
acknowledged: list[str] = []
heals()

with subtest("the guard is stopped"):
    core.succeed("systemctl stop rampart-guard")
    holds("guard stopped", closed=True)
    core.succeed("systemctl start rampart-guard")
    heals()

with subtest("the guard is killed in the middle of an upload"):
    client.succeed("head -c 20000000 /dev/urandom > /tmp/big")
    upload = (
        f"curl --silent --output /tmp/said --write-out '%{{http_code}}' --limit-rate 1M "
        f"-H 'Authorization: Bearer {root['access_token']}' --data-binary @/tmp/big "
        f"{api}/_matrix/media/v3/upload > /tmp/code"
    )
    client.succeed(f"systemd-run --quiet --unit=upload $(command -v bash) -c {shlex.quote(upload)}")
    # 20 s at this rate; a megabyte is more than the guard keeps back.
    port = guard_address.rpartition(":")[2]
    under_way = f"ss -Htin state established '( sport = :{port} )' | grep -E 'received:[0-9]{{7,}}'"
    core.wait_until_succeeds(under_way, timeout=60)
    core.succeed("systemctl kill --signal=KILL rampart-guard")
    client.wait_until_succeeds("test -s /tmp/code", timeout=60)
    code = client.succeed("cat /tmp/code").strip()
    assert code != "200", code
    assert code != "000", "curl did not get to the gateway"
    large = core.succeed(f"find {DISK} -path '*media*' -type f -size +1000k")
    assert not large, f"a part of a file was kept: {large}"
    TABLE.append(("guard killed in the middle of an upload", "–", "–", code))
    heals()

with subtest("the homeserver is stopped, and killed"):
    core.succeed("systemctl stop tuwunel")
    holds("homeserver stopped", closed=True)
    answer = send()
    assert is_readable(answer.headers, answer.text), answer
    core.succeed("systemctl start tuwunel")
    heals()
    core.succeed("systemctl kill --signal=KILL tuwunel")
    heals()

with subtest("the socket is missing, also when the guard starts"):
    core.succeed(f"mv {SOCKET} {KEPT_SOCKET}")
    # Connections that are open go on, if there are any: what they carry has been judged.
    holds("socket missing", closed=None)
    core.succeed("systemctl restart rampart-guard")
    holds("socket missing when the guard starts", closed=True)
    core.succeed(f"mv {KEPT_SOCKET} {SOCKET}")
    heals()

with subtest("Traefik gets a broken rule file"):
    right = gateway.succeed(f"cat {RULES}")
    start = now(gateway)
    write_rules("{ broken")
    wait_for_line(gateway, "traefik", "watcher callback", start)
    holds("rule file broken, on reload")
    gateway.succeed("systemctl restart traefik")
    holds("rule file broken, at start", closed=True)
    write_rules(right)
    heals()

with subtest("Traefik gets rules of which one does not build"):
    for fault, whose in [
        ("a deny router does not build", "deny-locked"),
        ("the pattern of the deny routers does not build", ""),
    ]:
        broken = json.loads(right)
        for name, router in broken["http"]["routers"].items():
            if name == (whose or name):
                router["rule"] = router["rule"].replace("(?:redact|", "(?:(redact|")
        t.assertNotEqual(broken, json.loads(right))
        start = now(gateway)
        take_rules(broken)
        wait_for_line(gateway, "traefik", "error parsing regexp", start)
        holds(fault, closed=not whose)
        write_rules(right)
        heals()

with subtest("what speaks for the deny routers is stopped"):
    gateway.succeed("systemctl stop rampart-answer")
    holds("rampart-answer stopped")
    gateway.succeed("systemctl start rampart-answer")
    heals()

with subtest("the guard gets a configuration that it cannot use"):
    for fault, key, value in [
        ("guard: unknown key", "policy.audit.enabled", True),
        ("guard: broken value", "policy.roomVersion", 11),
    ]:
        override(core, "rampart-guard", {key: value})
        # Whether systemd waits for the end of a start depends on its version.
        start = now(core)
        core.execute("systemctl restart rampart-guard")
        wait_for_line(core, "rampart-guard", "settings.json: ", start)
        holds(fault, closed=True)
        restore(core, "rampart-guard")
        heals()

with subtest("thousands of slow connections"):
    slow = "systemd-run --quiet --collect --unit=slow --property=LimitNOFILE=65536"
    program = "--setenv=PYTHONPATH=/etc/rampart $(command -v python3) -B -m chain.slow"
    trust = "--setenv=SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt"
    out = "--property=StandardOutput=truncate:/run/slow"
    where = f"--address {api_host}:443 --tls {api_host} --heads 1000 --bodies 1000"
    client.succeed(f"{slow} {out} {trust} {program} {where}")
    client.wait_until_succeeds("grep open /run/slow", timeout=LIMIT)
    holds(f"slow from the internet, {client.succeed('cat /run/slow').strip()}")
    client.succeed("systemctl stop slow")
    heals()
    for kind in ["heads", "bodies"]:
        where = f"--address {guard_address} --{kind} 5000"
        gateway.succeed(f"{slow} {out} {program} {where}")
        gateway.wait_until_succeeds("grep open /run/slow", timeout=LIMIT)
        # Traefik's own connections go on; for a new one there is no room.
        full = send()
        by_path, *others = attacks()
        assert full.status in [200, 503], full
        assert all(answer.status in [403, 503] for answer in others), others
        TABLE.append(
            (f"5000 slow {kind} at the guard's port", said(by_path), said(others[-1]), said(full))
        )
        gateway.succeed("systemctl stop slow")
        heals()
    shown = core.succeed("systemctl show --property=MainPID --value rampart-guard").strip()
    peak = core.succeed(f"grep VmHWM /proc/{shown}/status").split()[1]
    log.log(f"the guard's largest memory was {int(peak) // 1024} MiB")

with subtest("bodies over the limit"):
    token = root["access_token"]
    path, big = f"{api}/_matrix/media/v3/upload", "head -c 60000000 /dev/zero"
    for fault, how in [("announced", "-T /tmp/zeros"), ("in chunks", "-T -")]:
        client.succeed(f"{big} > /tmp/zeros")
        command = (
            f"curl --silent --include --http1.1 --max-time 120 -X POST {how} -H Expect: "
            f"-H 'Authorization: Bearer {token}' {path} < /tmp/zeros || true"
        )
        answer = Answer(client.succeed(command))
        assert answer.status in [0, 413], answer
        TABLE.append((f"60 MB, {fault}", "–", "–", said(answer)))
    client.succeed("rm /tmp/zeros")
    made = "import json; print(json.dumps({'topic': 'x' * 300000}))"
    command = (
        f'python3 -c "{made}" | curl --silent --include --data-binary @- '
        f"-H 'Authorization: Bearer {token}' {api}{v3('createRoom')}"
    )
    answer = Answer(client.succeed(command))
    assert answer.status == 413 and is_readable(answer.headers, answer.text), answer
    TABLE.append(("a judged body of 300 kB", "–", "–", said(answer)))
    heals()

with subtest("the disk of the logs is full"):
    core.succeed(
        f"mkdir -p {LOGS}",
        f"mount -t tmpfs -o size=16m,mode=2755 small {LOGS}",
        "systemctl restart systemd-journald",
        f"head -c 16m /dev/zero > {LOGS}/filler || true",
    )
    for _ in range(20):
        send()
    holds("log disk full")
    unchanged()
    core.succeed(f"rm {LOGS}/filler")
    start = now(core)
    heals()
    wait_for_line(core, "rampart-guard", "redaction_event", start)
    core.succeed(f"umount -l {LOGS}", "systemctl restart systemd-journald")


def use_up() -> None:
    """Write until the homeserver refuses: a database may have room that it has set aside."""
    body = "/run/large.json"
    place = f"http://localhost{v3('user/' + root['user_id'] + '/account_data/x.large')}"
    put = f"curl --silent --fail --output /dev/null {DOOR} -X PUT --data-binary @{body}"
    header = (
        f"-H 'Authorization: Bearer {root['access_token']}' -H 'Content-Type: application/json'"
    )
    # What is left when a large one does not fit takes small ones. None can be made smaller: a
    # database that packs them when it is full has room again.
    for size in [700_000, 3_000]:
        letters = f"$(head -c {size} /dev/urandom | base64 --wrap=0)"
        core.succeed(
            f'printf \'{{"x":"%s"}}\' "{letters}" > {body}',
            f"for _ in $(seq 400); do {put} {header} '{place}' || break; done",
            timeout=LIMIT,
        )
    core.succeed(f"rm {body}")


with subtest("the volume of database and media is full"):
    core.succeed(
        "systemctl stop tuwunel",
        f"cp -a {DISK}/ /var/tmp/kept",
        f"mount -t tmpfs -o size={SMALL}m small {DISK}",
        f"cp -a /var/tmp/kept/. {DISK}/",
        "systemctl start tuwunel",
    )
    heals()
    # A warning comes before anything is refused.
    level = files[core.name]["options"]["disk"]["warnAbove"]
    wanted = f"{SMALL * 1024 * (level + 1) // 100} - $(df --output=used {DISK} | tail -1)"
    core.succeed(f"head -c $(( {wanted} ))k /dev/zero > {DISK}/filler")
    t.assertEqual(send().status, 200)
    core.succeed("systemctl start rampart-volumes")
    core.wait_until_succeeds(
        f"journalctl -u rampart-volumes -p warning --since -60s -o cat | grep '^{DISK} is'",
        timeout=30,
    )
    # What fails may free what was set aside.
    for _ in range(3):
        core.succeed(f"head -c {SMALL}m /dev/zero >> {DISK}/filler || true")
        use_up()
    core.succeed(f"head -c {SMALL}m /dev/zero >> {DISK}/filler || true")
    answers = [send("x" * 4000) for _ in range(40)]
    refused = [answer for answer in answers if answer.status != 200]
    assert refused, "nothing was refused"
    holds("database and media volume full", closed=True)
    refused.append(Answer(client.succeed(curl("POST", path, "x" * 200, token, ""))))
    TABLE.append(("the same, an upload", "–", "–", said(refused[-1])))
    # An error that also a client in a browser can show, and that tells nothing of the host.
    log.log(f"a full volume is: { {(one.status, one.text) for one in refused} }")
    for answer in refused:
        assert DISK not in answer.text, answer
        assert answer.status >= 500, answer
        assert answer.json["errcode"].startswith("M_") and answer.json["error"], answer
        t.assertEqual(answer.headers.get("access-control-allow-origin"), "*", answer)
    core.succeed(f"rm {DISK}/filler")
    heals()
    core.succeed(
        "systemctl stop tuwunel",
        f"rm -rf /var/tmp/kept && cp -a {DISK}/ /var/tmp/kept",
        f"umount {DISK}",
        f"find {DISK} -mindepth 1 -delete && cp -a /var/tmp/kept/. {DISK}/",
        "rm -rf /var/tmp/kept",
        "systemctl start tuwunel",
    )
    heals()

# The last one: what it lets through stays.
with subtest("control: what passes a hop that judges nothing is seen by the same looks"):
    with naive_hop(), open_gateway():
        answers = attacks()
    assert any(answer.status == 200 for answer in answers), answers
    noticed = ""
    try:
        unchanged()
    except AssertionError as error:
        noticed = str(error)
    assert noticed, f"nothing is noticed of {answers}"
    log.log(f"noticed: {noticed}")

log.log("fault | an attack by path gets | an attack by body gets | people get")
for line in TABLE:
    log.log(" | ".join(line))
