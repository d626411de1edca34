# opening: people.py
# An edge is taken out of service while people talk on it: nobody new is sent there, and nobody is
# cut off.
TRANSPORTS = "unstable/org.matrix.msc4143/rtc/transports"
DOCUMENT = f"https://{names['serverName']}/.well-known/matrix/client"
LIMIT = 90
# Longer than what is done beside it takes on a busy machine.
SECONDS = 45
# Half of the frames that arrive when nothing is cut.
WHOLE = SECONDS * 50

edge = next(m for m in edges if files[m.name]["options"]["edge"]["focus"] == m.name)
health = f"http://{files[edge.name]['units']['livekit']['health']['listen']}/"
service = f"https://{names['rtcDomain']}/{edge.name}"
metrics = (
    f"http://127.0.0.1:{files[edge.name]['services']['livekit']['prometheus']['port']}/metrics"
)


def told() -> list[str]:
    """Give what a client is told; both surfaces must agree, unless it changes between."""
    for _ in range(LIMIT):
        found = ask("GET", DOCUMENT)["org.matrix.msc4143.rtc_foci"]
        listed = ask("GET", f"{staff_api}/_matrix/client/{TRANSPORTS}")["rtc_transports"]
        if found == ask("GET", DOCUMENT)["org.matrix.msc4143.rtc_foci"]:
            assert listed == found, f"{listed}, {found}"
            return [one["livekit_service_url"] for one in listed]
    raise AssertionError("the answers change all the time")


def wait_until_told(present: bool) -> None:
    for _ in range(LIMIT):
        if (service in told()) == present:
            return
        client.succeed("sleep 1")
    raise AssertionError(f"{service} is {'not ' if present else ''}told after {LIMIT} s")


def people() -> int:
    """Give the number of people on the edge, as it counts them."""
    lines = edge.succeed(f"curl --fail --silent {metrics}").splitlines()
    counts = [line.split()[-1] for line in lines if line.startswith("livekit_participant_total")]
    return sum(int(float(count)) for count in counts)


def begin(name: str) -> None:
    """Let two people talk on the edge for a while, beside what follows."""
    tokens = call_tokens(service, openid(staff_api, alice), f"!{name}:example")
    asked = {"speaker": tokens[0]["jwt"], "listener": tokens[1]["jwt"], "seconds": SECONDS}
    call = json.dumps({"url": tokens[0]["url"], **asked})
    client.succeed(f"cat > /tmp/{name}.in <<'END'\n{call}\nEND")
    shell = f"sh -c 'join-call < /tmp/{name}.in > /tmp/{name}.out'"
    own = f'--quiet --collect --unit=call-{name} --setenv=PATH="$PATH"'
    client.succeed(f"systemd-run {own} {shell}")
    two = f"curl --fail --silent {metrics} | grep -E '^livekit_participant_total.* 2$'"
    edge.wait_until_succeeds(two, timeout=LIMIT)


def end(name: str) -> Any:
    """Wait for the end of the call, and give what the listener's client says of it."""
    client.wait_until_succeeds(f"! systemctl is-active call-{name}", timeout=LIMIT)
    said = client.succeed(f"cat /tmp/{name}.out")
    return json.loads(said) if said.strip() else None


def check_whole(said: Any, whole: bool) -> None:
    """Demand that a call was heard to its end, or that it was not.

    Only a client that counts frames with sound can tell: one that counts tracks has all of them
    when the call begins. NixOS has no other (nixpkgs has no package of LiveKit's rtc for Python).
    """
    if said is not None and said["counts"] != "frames":
        assert is_heard(said), said
        log.warning(f"not looked at: whether a call was heard to its end ({said})")
        return
    count = said["heard"] if said else 0
    assert (count >= WHOLE) == whole, f"{count} frames with sound, of {2 * WHOLE}"


for machine in machines:
    wait_for_units(machine)
make_accounts("alice")
alice = log_in(staff_api, "alice")

with subtest("clients are told the edge"):
    wait_until_told(True)

with subtest("systemd's patience is the one that was asked for, also when the host goes down"):
    for machine in [core, *edges]:
        settings = files[machine.name]["options"]
        role = next(name for name in ("core", "edge") if name in settings)
        asked = f"systemd-analyze timespan '{settings[role]['livekit']['drainTime']}"
        for spoken, unit, added in [
            ("TimeoutStopUSec", "livekit.service", ""),
            *(("JobTimeoutUSec", f"{end}.target", " 30min") for end in ("poweroff", "reboot")),
        ]:
            has = machine.succeed(f"systemctl show --property={spoken} --value {unit}").strip()
            wanted = machine.succeed(f"{asked}{added}' | sed -n 's/ *Human: *//p'").strip()
            assert has == wanted, f"{machine.name}, {unit}: {has}, not {wanted}"

with subtest("a drained edge leaves both answers at once, while the call on it goes on"):
    begin("first")
    state = json.loads(core.succeed(f"rampart-steer drain {edge.name}"))
    assert service not in told(), told()
    (mine,) = [focus for focus in state["foci"] if focus["name"] == edge.name]
    assert mine["state"] == "draining", mine
    assert people() == 2, people()

with subtest("its token service stays, for people who come back to their call"):
    ask("GET", f"{service}/healthz")
    call_tokens(service, openid(staff_api, alice), "!first:example")

with subtest("a media server that is told to stop waits for the call, and the whole call is heard"):
    edge.succeed("systemctl stop --no-block livekit")
    edge.wait_until_succeeds("test $(systemctl is-active livekit) = deactivating", timeout=LIMIT)
    edge.fail(f"curl --fail --silent --max-time 5 {health}")
    assert people() == 2, people()
    check_whole(end("first"), True)
    edge.wait_until_succeeds("test $(systemctl is-active livekit) = inactive", timeout=LIMIT)

with subtest("it is told again only when it is back and no longer draining"):
    edge.succeed("systemctl start livekit")
    edge.wait_until_succeeds(f"curl --fail --silent {health}", timeout=LIMIT)
    assert service not in told(), told()
    core.succeed(f"rampart-steer undrain {edge.name}")
    wait_until_told(True)

with subtest("a media server that stops without a drain leaves the lists by itself"):
    begin("second")
    edge.succeed("systemctl stop --no-block livekit")
    wait_until_told(False)
    check_whole(end("second"), True)
    edge.wait_until_succeeds("test $(systemctl is-active livekit) = inactive", timeout=LIMIT)
    edge.succeed("systemctl start livekit")
    wait_until_told(True)

with subtest("a host that goes down waits for the call, and what carries the call waits with it"):
    begin("down")
    edge.succeed("systemctl poweroff --no-block")
    wait_until_told(False)
    # Who changes networks in the middle of a call comes back by its signalling. This is not let in
    # for want of a pass, and there is somebody who says so.
    signalling = f"https://{files[edge.name]['options']['edge']['focusDomain']}/rtc/validate"
    ask("GET", signalling, code=401)
    check_whole(end("down"), True)
    edge.wait_for_shutdown()
    edge.start()
    wait_for_units(edge)
    wait_until_told(True)

with subtest("control: a second signal cuts the call, and that is heard"):
    begin("third")
    edge.succeed("systemctl stop --no-block livekit")
    edge.wait_until_succeeds("test $(systemctl is-active livekit) = deactivating", timeout=LIMIT)
    edge.succeed("systemctl kill --signal=TERM livekit")
    check_whole(end("third"), False)
    edge.wait_until_succeeds("test $(systemctl is-active livekit) = inactive", timeout=LIMIT)
    edge.succeed("systemctl start livekit")
