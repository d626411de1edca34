"""A lab that is taken down leaves nothing behind, however its driver ended."""

import os
import re
import signal
import subprocess
import sys
import time
import unittest
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from checks.host_state import left, state
from commands import traces
from fleet import rendered
from machines import cgroup, scratch
from machines.cgroup import Cgroup
from machines.place import Place
from machines.refusal import refusal

LAB = Path(__file__).resolve().parents[1] / "lab"
REFUSAL = refusal()
STORY = "fleet-comes-up"
EMULATED = "kernel-carries-the-tunnel"
ONE_IS_ON = re.compile(r": switched on|skipped: ")
# A machine that is up is printed with the time that it took.
ONE_IS_UP = re.compile(r"s: \S+: booting\)")
NUMBER = re.compile(r"lab (\d+)[:;]")
END_LIMIT = 120.0
STEP = 0.1


class Run:
    """A lab command that is at work, and what it said so far."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        """Follow a process."""
        self.process = process
        self.said = ""

    def until(self, pattern: re.Pattern[str]) -> re.Match[str]:
        """Read on until something is said."""
        assert self.process.stdout is not None
        while not (found := pattern.search(self.said)):
            line = self.process.stdout.readline()
            if not line:
                raise AssertionError(f"ended without {pattern.pattern}: {self.said[-2000:]}")
            self.said += line
        return found

    def interrupt(self) -> None:
        """Press Ctrl-C: a terminal signals the command and whatever it runs in its group."""
        os.killpg(self.process.pid, signal.SIGINT)

    def end(self) -> int:
        """Wait for the end; give the exit code."""
        rest, _ = self.process.communicate(timeout=END_LIMIT)
        self.said += rest
        return self.process.returncode


@contextmanager
def lab(*words: str) -> Iterator[Run]:
    """Start a lab command; it does not outlive the block."""
    process = subprocess.Popen(
        [sys.executable, str(LAB), *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        text=True,
        # Of its own, as at a terminal: a signal to all of it does not meet these tests.
        start_new_session=True,
    )
    try:
        yield Run(process)
    finally:
        process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()


@unittest.skipIf(REFUSAL, f"no lab can run here: {REFUSAL}")
class NothingIsLeft(unittest.TestCase):
    """Each test compares this machine before and after."""

    def setUp(self) -> None:
        """Look at this machine."""
        self.before = state()
        self.labs = {one.number for one in traces.places()}

    def new_labs(self) -> set[int]:
        """Give the numbers of labs that were not there before."""
        return {one.number for one in traces.places()} - self.labs

    def assert_nothing_is_left(self, number: int) -> None:
        """Look again."""
        self.assertEqual(left(self.before, state(), number), [])

    def down(self, number: int) -> None:
        """Take one lab down; others may be somebody's."""
        words = [sys.executable, str(LAB), "down", f"--lab={number}"]
        subprocess.run(words, capture_output=True, check=False)

    def test_control_a_lab_that_is_up_is_seen(self) -> None:
        """Every kind of trace is there while a lab is up; `lab down` takes all of them away."""
        with lab("up") as run:
            number = int(run.until(NUMBER)[1])
            self.assertEqual(run.end(), 0, run.said)
        seen = {line.partition(":")[0] for line in left(self.before, state(), number)}
        for kind in ("namespaces", "mounts", "control groups", "processes", "files"):
            self.assertIn(kind, seen)
        self.down(number)
        self.assert_nothing_is_left(number)

    def test_an_interrupted_run_cleans_up(self) -> None:
        """Ctrl-C, twice, while machines boot."""
        with lab("run", STORY) as run:
            number = int(run.until(NUMBER)[1])
            run.until(ONE_IS_UP)
            run.process.send_signal(signal.SIGINT)
            run.process.send_signal(signal.SIGINT)
            self.assertEqual(run.end(), 130, run.said)
        self.assert_nothing_is_left(number)

    def test_a_run_that_is_interrupted_at_a_terminal_cleans_up(self) -> None:
        """Ctrl-C while machines boot: what the lab itself runs meanwhile is interrupted, too."""
        with lab("run", STORY) as run:
            number = int(run.until(NUMBER)[1])
            run.until(ONE_IS_UP)
            run.interrupt()
            self.assertEqual(run.end(), 130, run.said)
        self.assert_nothing_is_left(number)

    def test_an_interrupted_emulation_cleans_up(self) -> None:
        """Ctrl-C while a guest boots."""
        with lab("run", EMULATED) as run:
            if run.until(ONE_IS_ON)[0].startswith("skipped"):
                self.skipTest(run.said)
            number = int(run.until(NUMBER)[1])
            run.interrupt()
            self.assertEqual(run.end(), 130, run.said)
        self.assert_nothing_is_left(number)

    def test_down_cleans_up_after_an_interrupted_up(self) -> None:
        """Ctrl-C while machines boot that are to stay."""
        with lab("up") as run:
            run.until(ONE_IS_UP)
            run.interrupt()
            self.assertEqual(run.end(), 130, run.said)
        for number in self.new_labs():
            self.down(number)
            self.assert_nothing_is_left(number)

    def test_down_cleans_up_after_a_killed_driver(self) -> None:
        """SIGKILL while machines boot: what it leaves is seen, and taken away."""
        with lab("run", STORY) as run:
            number = int(run.until(NUMBER)[1])
            run.until(ONE_IS_UP)
            run.process.kill()
            run.process.wait()
        self.assertNotEqual(traces.of(Place(number)), [])
        self.down(number)
        self.assert_nothing_is_left(number)

    def test_a_browser_of_a_killed_command_is_taken_down(self) -> None:
        """SIGKILL of `lab browser`: Chromium outlives it, but not the lab."""
        with lab("up") as run:
            number = int(run.until(NUMBER)[1])
            self.assertEqual(run.end(), 0, run.said)
        words = (f"--lab={number}", f"--picture={scratch.DISK / 'never.png'}", silent(number))
        with lab("browser", *words) as run:
            self.wait_for(lambda: bool(browsers(number)))
            os.kill(run.process.pid, signal.SIGKILL)
            run.process.wait()
            self.assertNotEqual(browsers(number), set())
            self.down(number)
            self.assert_nothing_is_left(number)

    def test_runs_side_by_side_end_with_their_parent(self) -> None:
        """SIGKILL of the process that runs two stories: each run takes its own lab away."""
        own = {one.number for one in traces.places()}
        with lab("run", STORY, STORY, "--jobs=2") as run:
            self.wait_for(lambda: len(running_machines(own)) >= 2)
            numbers = running_machines(own)
            os.kill(run.process.pid, signal.SIGKILL)
        self.wait_for(lambda: not any(traces.of(Place(number)) for number in numbers))
        for number in numbers:
            self.assert_nothing_is_left(number)

    def wait_for(self, condition: Callable[[], bool]) -> None:
        """Wait until something is true."""
        deadline = time.monotonic() + END_LIMIT
        while not condition():
            self.assertLess(time.monotonic(), deadline, "this takes too long")
            time.sleep(STEP)


def running_machines(besides: set[int]) -> set[int]:
    """Give the numbers of new labs in which a machine runs."""
    return {one.number for one in traces.places() if traces.processes(one)} - besides


def silent(number: int) -> str:
    """Give a page that never comes: the gateway's firewall drops what asks for it."""
    hosts = rendered.read(Place(number).folder / "fleet")
    gateway = next(host for host in hosts if host.role == "gateway")
    return f"https://{gateway.facts['publicAddress']}:444/"


def browsers(number: int) -> set[str]:
    """Give the control groups of a lab's browsers in which something runs."""
    own = Place(number).full("browser-")
    return {one for one in cgroup.all_names() if one.startswith(own) and Cgroup(one).processes()}


if __name__ == "__main__":
    unittest.main()
