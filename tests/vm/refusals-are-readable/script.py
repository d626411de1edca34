# opening: people.py
# Whoever is refused reads why, whoever runs the fleet sees it, and no log says more than it must:
# Matrix errors with CORS from gateway and guard, limits, the gateway's self-test, numbers, and a
# policy that is read again without a restart.
import re

REDACT = "/_matrix/client/v3/rooms/!r:x/redact/$e/1"
KEYS = "/_matrix/client/v3/keys/upload"
GUARD_FILE = "/etc/rampart/rampart-guard.json"
RULES = "/etc/rampart/traefik/dynamic.yaml"
NUMBERS = "http://127.0.0.1:9110/metrics"
MARK = "syt_nobody_may_read_this"


class Answer:
    """Status, headers and body of an answer."""

    def __init__(self, said: str) -> None:
        head, _, self.body = said.replace("\r\n", "\n").partition("\n\n")
        first, *lines = head.split("\n")
        self.status = int(first.split()[1])
        pairs = [line.partition(":")[::2] for line in lines]
        self.headers = {name.lower(): value.strip() for name, value in pairs}

    def is_readable(self, errcode: str) -> bool:
        """Tell whether a web client can show it."""
        kind = self.headers.get("content-type", "")
        if self.headers.get("access-control-allow-origin") != "*" or "json" not in kind:
            return False
        return bool(json.loads(self.body)["errcode"] == errcode)

    def __repr__(self) -> str:
        return f"{self.status} {self.headers} {self.body}"


CURL = ["curl", "--silent", "--show-error", "--include", "--http1.1", "--max-time", "60"]
CURL += ["-H", "Origin: https://app.example"]


def got(method: str, url: str, *options: str) -> Answer:
    words = [*CURL, "-X", method, *options, "--", url]
    return Answer(client.succeed(shlex.join(words)))


def sent(method: str, path: str, body: str = "{}") -> Answer:
    return got(method, staff_api + path, "-H", "Content-Type: application/json", "-d", body)


def all_at_once(url: str, count: int, body: str = "") -> list[Answer]:
    """Send the same request many times at once."""
    data = ["-H", "Content-Type: application/json", "-d", body] if body else []
    once = shlex.join([*CURL, *data, "--", url])
    client.succeed(f"for number in {{1..{count}}}; do {once} > /tmp/answer-$number & done; wait")
    numbers = range(1, count + 1)
    return [Answer(client.succeed(f"cat /tmp/answer-{number}")) for number in numbers]


def laid(machine: Any, path: str, text: str) -> None:
    """Put a file in the place of another, as an activation does."""
    machine.succeed(f"cat > {path}.new <<'END'\n{text}\nEND", f"mv {path}.new {path}")


def reloaded(policy: Any) -> str:
    """Give the guard a file, and say what systemd shows of the reload."""
    laid(core, GUARD_FILE, policy if isinstance(policy, str) else json.dumps(policy))
    core.execute("systemctl reload rampart-guard")
    return str(core.succeed("systemctl show --property=StatusText --value rampart-guard"))


def number(name: str) -> float:
    lines = core.succeed(f"curl --silent --fail {NUMBERS}").splitlines()
    (line,) = [one for one in lines if one.startswith(f"{name} ")]
    return float(line.split()[-1])


with subtest("every unit is active, and both doors have tested themselves"):
    for machine in [gateway, core, dmz]:
        wait_for_units(machine)
    wait_for_api(staff_api)
    for machine in [gateway, dmz]:
        machine.wait_for_unit("rampart-selftest.service", timeout=START_LIMIT)

with subtest("a refused deletion is an error that clients show, from the gateway"):
    answer = sent("PUT", REDACT)
    assert answer.status == 403 and answer.is_readable("M_FORBIDDEN"), answer
    assert "kept for the record" in answer.body, answer
    assert answer.headers["server"] == "rampart-answer", answer
    preflight = got("OPTIONS", staff_api + REDACT, "-H", "Access-Control-Request-Method: PUT")
    assert preflight.status in (200, 204), preflight
    assert preflight.headers["access-control-allow-origin"] == "*", preflight

with subtest("clients are told that encryption is off, and of foci, by whoever is there"):

    def told(server: str) -> Any:
        answer = got("GET", f"https://{server}/.well-known/matrix/client")
        assert answer.status == 200, answer
        assert answer.headers["access-control-allow-origin"] == "*", answer
        return json.loads(answer.body)

    for server in [names["serverName"], guests]:
        t.assertEqual(told(server)["io.element.e2ee"], {"default": False, "force_disable": True})
    core.succeed("systemctl stop rampart-steer")
    t.assertIs(told(names["serverName"])["io.element.e2ee"]["force_disable"], True)
    core.succeed("systemctl start rampart-steer")
    for path in ["unstable/org.matrix.msc4143", "v1"]:
        answer = got("GET", f"{guests_api}/_matrix/client/{path}/rtc/transports")
        listed = json.loads(answer.body)["rtc_transports"]
        assert [one["livekit_service_url"] for one in listed] == foci, answer
    dmz.succeed("systemctl stop rampart-answer")
    t.assertEqual(told(guests)["m.homeserver"]["base_url"].rstrip("/"), guests_api)
    dmz.succeed("systemctl start rampart-answer")

with subtest("people with a real client do what they may, and read why they may not do the rest"):
    make_accounts("ann", "ben")
    people = [{"user": user, "password": PASSWORD} for user in ["ann", "ben"]]
    scene = json.dumps({"api": staff_api, "people": people})
    seen = json.loads(client.succeed(f"use-client <<'END'\n{scene}\nEND"))
    forbidden = ["delete one's own", "delete another's", "encrypt the room", "send ciphertext"]
    for what, outcome in seen["tried"].items():
        assert outcome["ok"] is (what not in forbidden), f"{what}: {outcome}"
    for what in forbidden:
        outcome = seen["tried"][what]
        assert outcome["errcode"] == "M_FORBIDDEN" and "on this server" in outcome["says"], outcome
    # The direct chat was made, and not as an encrypted one.
    assert list(seen["encrypted"].values()) == [False, False], seen
    # Nothing is lost by the edit, nor by what was tried.
    assert "the first wording" in seen["read"] and "hello" in seen["read"], seen
    assert seen["kept"] == "the first wording", seen

with subtest("the guard says the same to whoever gets past the gateway"):
    ann = log_in(staff_api, "ann")
    bearer = ["-H", f"Authorization: Bearer {ann['access_token']}"]
    listener = files[core.name]["services"]["rampart-guard"]["listen"][0]
    words = ["curl", "--silent", "--show-error", "-i", "-X", "PUT", "-d", "{}", *bearer]
    answer = Answer(gateway.succeed(shlex.join([*words, f"http://{listener}{REDACT}"])))
    assert answer.status == 403 and answer.is_readable("M_FORBIDDEN"), answer
    assert "kept for the record" in answer.body and "server" not in answer.headers, answer

with subtest("at the gateway as at the guard the record says by hash who it was"):
    t.assertEqual(got("PUT", staff_api + REDACT, *bearer, "-d", "{}").status, 403)
    for machine, unit in [(gateway, "rampart-answer"), (core, "rampart-guard")]:
        own = f"journalctl --output=cat -u {unit} | grep redaction_endpoint | grep '\"user\"'"
        line = json.loads(machine.wait_until_succeeds(f"{own} | tail -1 | grep .", timeout=30))
        assert line["client"] and len(line["user"]) == 16, line
        assert "ann" not in str(line) and ann["access_token"] not in str(line), line

with subtest("a policy is read again without a restart"):
    before = core.succeed("systemctl show --property=MainPID --value rampart-guard")
    t.assertNotEqual(sent("POST", KEYS).status, 403)
    guard = json.loads(core.succeed(f"cat {GUARD_FILE}"))
    strict = json.loads(json.dumps(guard))
    strict["policy"]["audit"]["keys"] = True
    said = reloaded(strict)
    assert "the policy was read again" in said, said
    answer = sent("POST", KEYS)
    assert answer.status == 403 and answer.is_readable("M_FORBIDDEN"), answer
    after = core.succeed("systemctl show --property=MainPID --value rampart-guard")
    assert before == after, f"{before} {after}"

with subtest("a broken file leaves the old policy, and says so"):
    strict["policy"]["audit"]["kyes"] = False
    for broken in ["{", strict]:
        said = reloaded(broken)
        assert "the old policy stays" in said, said
        t.assertEqual(sent("POST", KEYS).status, 403)
    core.succeed("journalctl -u rampart-guard --grep 'unknown field `kyes`'")
    said = reloaded(guard)
    assert "the policy was read again" in said, said
    t.assertNotEqual(sent("POST", KEYS).status, 403)

with subtest("verdicts and reloads are counted, on loopback only"):
    t.assertEqual(number('rampart_guard_verdicts_total{verdict="refused",rule="key_upload"}'), 3)
    t.assertEqual(number('rampart_guard_reloads_total{outcome="refused"}'), 2)
    t.assertEqual(number("rampart_guard_upstream_up"), 1)
    gateway.fail(f"curl --silent --max-time 5 http://{listener.rpartition(':')[0]}:9110/metrics")

with subtest("what the gateway refuses by itself is counted there, on loopback only"):
    page = gateway.succeed("curl --fail --silent http://127.0.0.1:9112/metrics")
    found = re.search(r'rampart_answer_verdicts_total\{.*rule="redaction_endpoint"\} (\d+)', page)
    assert found and int(found[1]) > 0, page
    own = files[gateway.name]["facts"]["tunnelAddress"]
    core.fail(f"curl --silent --max-time 5 http://{own}:9112/metrics")

with subtest("reads take the way that the manifest says"):
    reads = 'rampart_guard_request_seconds_count{class="read"}'
    before_read = number(reads)
    for _ in range(3):
        t.assertEqual(got("GET", f"{staff_api}/_matrix/client/versions").status, 200)
    direct = files[core.name]["options"]["audit"]["reads"] == "direct"
    assert number(reads) - before_read == (0 if direct else 3), direct

with subtest("the guard has no capability, a filter for system calls and a cap of memory"):
    pid = core.succeed("systemctl show --property=MainPID --value rampart-guard").strip()
    facts = core.succeed(f"cat /proc/{pid}/status").splitlines()
    status = dict(line.split(":\t", 1) for line in facts if ":\t" in line)
    for wanted in ["CapEff", "CapPrm", "CapBnd", "CapAmb"]:
        assert int(status[wanted], 16) == 0, f"{wanted}: {status[wanted]}"
    assert (status["NoNewPrivs"], status["Seccomp"]) == ("1", "2"), status
    unit = files[core.name]["units"]["rampart-guard"]
    walls = unit["confinement"]["memory"]
    cap = walls["fixed"] + walls["perConnection"] * guard["maxConnections"]
    limit = core.succeed("systemctl show --property=MemoryMax --value rampart-guard")
    assert int(limit) == cap, f"{limit}, not {cap}"

with subtest("the guard speaks with its proxies and its own host, and with nobody else"):
    place = core.succeed("systemctl show --property=ControlGroup --value rampart-guard").strip()
    known = [address.split("/")[0] for address in unit["confinement"]["peers"]]
    asked = files[core.name]["options"]["base"]["nameServers"][0]

    def is_sent(address: str, where: str = "") -> bool:
        words = f"{where} exec 3<> /dev/udp/{address}/53 && echo x >&3"
        code, said = core.execute(f"bash -c {shlex.quote(words)} 2>&1")
        assert code == 0 or "not permitted" in said, said
        return bool(code == 0)

    denied = "systemd-run --quiet --pipe --property=IPAddressDeny=any"
    way = f"bash -c 'exec 3<> /dev/udp/{asked}/53 && echo x >&3'"
    core.succeed(way)
    if core.execute(f"{denied} {way}")[0] == 0:
        log.warning("not looked at: the guard's wall of addresses, this systemd builds none")
    else:
        # Whoever joins the unit's group of processes stands behind the same wall.
        groups = core.succeed("findmnt --noheadings --types cgroup2 --output TARGET").strip()
        joined = f"echo $$ > {groups}{place}/cgroup.procs &&"
        assert not is_sent(asked, joined), asked
        for address in [*known, "127.0.0.1"]:
            assert is_sent(address, joined), address
        # Control: from elsewhere on the host the way is open.
        assert is_sent(asked), asked

with subtest("no log has a token, whether it came in the query or in the header"):
    marked = ["-H", f"Authorization: Bearer {MARK}"]
    for path in [f"/_matrix/client/v3/sync?access_token={MARK}", REDACT + f"?access_token={MARK}"]:
        for method in ["GET", "PUT"]:
            got(method, staff_api + path, *marked)
    for machine, unit in [
        (gateway, "traefik"),
        (gateway, "rampart-answer"),
        (core, "rampart-guard"),
    ]:
        machine.fail(f"journalctl -u {unit} | grep {MARK}")
    # The logs are there.
    gateway.succeed('journalctl -u traefik | grep \'"RouterName":"deny-locked@file"\'')
    gateway.succeed("journalctl -u rampart-answer | grep redaction_endpoint")
    core.succeed("journalctl -u rampart-guard | grep key_upload")

TRIES = 30
with subtest("who tries passwords too often reads when to try again"):
    wrong = json.dumps({"type": "m.login.password", "user": "nobody", "password": "x"})
    start = time.monotonic()
    # At once: tries that take their time are no tries too many.
    answers = all_at_once(staff_api + "/_matrix/client/v3/login", TRIES, wrong)
    limited = [answer for answer in answers if answer.status == 429]
    assert limited and len(limited) < TRIES, answers
    assert all(one.is_readable("M_LIMIT_EXCEEDED") for one in limited), limited
    assert all(int(one.headers["retry-after"]) > 0 for one in limited), limited
    for path, body in {
        "v1/register/m.login.registration_token/validity?token=x": "",
        "v3/register": "{}",
        "v3/account/password": "{}",
    }.items():
        answers = all_at_once(f"{staff_api}/_matrix/client/{path}", TRIES // 2, body)
        limited = [answer for answer in answers if answer.status == 429]
        assert limited and all(one.is_readable("M_LIMIT_EXCEEDED") for one in limited), path
    # Other routes, other addresses and preflights are not.
    t.assertNotEqual(got("OPTIONS", f"{staff_api}/_matrix/client/v3/login").status, 429)
    t.assertEqual(got("GET", f"{staff_api}/_matrix/client/versions").status, 200)
    log.info(f"{TRIES + 3 * (TRIES // 2)} tries took {time.monotonic() - start:.1f} s")

with subtest("control: the self-test notices a rule that is lost"):
    rules = gateway.succeed(f"cat {RULES}")
    lost = json.loads(rules)
    routers = lost["http"]["routers"]
    condition = routers.pop("deny-locked")["rule"].partition(" && ")[2]
    for router in routers.values():
        router["rule"] = router["rule"].replace(f" && !{condition}", "")
    laid(gateway, RULES, json.dumps(lost))
    gateway.wait_until_fails("systemctl restart rampart-selftest", timeout=60)
    gateway.succeed(f"journalctl -u rampart-selftest | grep -F 'PUT {REDACT}'")
    laid(gateway, RULES, rules)
    gateway.wait_until_succeeds("systemctl restart rampart-selftest", timeout=60)
