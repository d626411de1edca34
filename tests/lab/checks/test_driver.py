"""What the driver does with what a machine says; the machine is one that only answers."""

import tempfile
import unittest
from io import StringIO
from pathlib import Path
from typing import cast
from unittest import mock

from driver.errors import RequestedAssertionFailed
from driver.logger import Logger
from driver.machine import DEFAULT, QemuMachine
from machines.container import Box, Container
from machines.place import Place
from network.cables import Cables


class Answering(QemuMachine):
    """Runs nothing: its console is a text, and it keeps the limits of commands."""

    def __init__(self, out: Path) -> None:
        """Begin with an empty console."""
        super().__init__("one", Logger(StringIO()), out)
        self.console = ""
        self.limits: list[float | None] = []
        self.calls: list[str] = []

    def is_up(self) -> bool:
        """Be up."""
        return True

    def start(self, allow_reboot: bool = False) -> None:
        """Note it."""
        self.calls.append("start")

    def shutdown(self) -> None:
        """Note it."""
        self.calls.append("shutdown")

    def wait_for_shutdown(self) -> None:
        """Do nothing."""

    def copy_from_host(self, source: str, target: str) -> None:
        """Note it."""
        self.calls.append(f"{source} to {target}")

    def copy_from_machine(self, source: str, target_dir: str = "") -> None:
        """Do nothing."""

    def crash(self) -> None:
        """Do nothing."""

    def release(self) -> None:
        """Do nothing."""

    def block(self) -> None:
        """Do nothing."""

    def unblock(self) -> None:
        """Do nothing."""

    def get_console_log(self) -> str:
        """Give the text."""
        return self.console

    def _execute(
        self, command: str, check_return: bool, check_output: bool, timeout: float | None
    ) -> tuple[int, str]:
        self.limits.append(timeout)
        return int(command == "false"), f"{command}\n"


class Waiting(unittest.TestCase):
    """For a text on the console, and for commands."""

    def setUp(self) -> None:
        """Make a machine."""
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.machine = Answering(Path(folder.name))

    def test_an_expression_is_not_quoted_for_a_shell(self) -> None:
        """It is Python's, as on NixOS, and what it does not match is waited for in vain."""
        self.machine.console = "[  OK  ] Reached target multi-user.\nlogin:"
        self.machine.wait_for_console_text(r"Reached target (multi-user|graphical)", timeout=0.1)
        self.machine.wait_for_console_text("login:$", timeout=0.1)
        with self.assertRaisesRegex(RequestedAssertionFailed, r"no panic(.|\n)*login:"):
            self.machine.wait_for_console_text("panic", timeout=0.1)

    def test_what_was_waited_for_is_not_found_again(self) -> None:
        """A second boot says the same once more; a console that begins anew counts from there."""
        self.machine.console = "login: "
        self.machine.wait_for_console_text("login: ", timeout=0.1)
        with self.assertRaises(RequestedAssertionFailed):
            self.machine.wait_for_console_text("login: ", timeout=0.1)
        self.machine.console += "login: "
        self.machine.wait_for_console_text("login: ", timeout=0.1)
        self.machine.console = "login: "
        self.machine.wait_for_console_text("login: ", timeout=0.1)

    def test_only_execute_has_a_limit_of_its_own(self) -> None:
        """As on NixOS: `succeed` and `fail` wait as long as it takes."""
        self.machine.succeed("true")
        self.machine.fail("false", timeout=5)
        self.machine.execute("true")
        self.assertEqual(self.machine.limits, [None, 5, DEFAULT])

    def test_what_every_machine_does_by_what_its_kind_does(self) -> None:
        """Booting again, connecting, copying."""
        self.machine.reboot()
        self.machine.connect()
        self.machine.copy_from_host_via_shell("a", "b")
        self.assertEqual(self.machine.calls, ["shutdown", "start", "start", "a to b"])


class Commands(unittest.TestCase):
    """What `execute` gives, by a container whose commands run on this host."""

    def setUp(self) -> None:
        """Describe a container; nothing of it is made."""
        box = Box(Place(900), "one", Path("/nonexistent"), cast(Cables, None))
        self.machine = Container(box, Logger(StringIO()))
        for module, name, value in (
            (self.machine, "enter_command", lambda *words: list(words)),
            (self.machine.cgroup, "enter", lambda: None),
        ):
            patch = mock.patch.object(module, name, value)
            patch.start()
            self.addCleanup(patch.stop)

    def test_code_and_output(self) -> None:
        """The first command that fails in a pipe counts; standard error is not given."""
        self.assertEqual(self.machine.execute("echo a; echo b >&2; exit 3"), (3, "a\n"))
        self.assertEqual(self.machine.execute("false | cat"), (1, ""))
        self.assertEqual(self.machine.execute("sleep 9", timeout=0.1)[0], 124)

    def test_what_is_not_asked_for_is_not_given(self) -> None:
        """As on NixOS: -1 for a code, -2 for a command that nobody waits for."""
        self.assertEqual(self.machine.execute("echo a; exit 3", check_return=False), (-1, "a\n"))
        with tempfile.TemporaryDirectory() as folder:
            go, done = Path(folder) / "go", Path(folder) / "done"
            slow = f"until test -e {go}; do sleep 0.05; done; touch {done}"
            began = self.machine.execute(slow, check_output=False, timeout=30)
            self.assertEqual((began, done.exists()), ((-2, ""), False))
            go.touch()
            self.machine.wait_until_succeeds(f"test -e {done}", timeout=30)

    def test_a_failure_shows_what_was_said(self) -> None:
        """On both streams."""
        with self.assertRaisesRegex(RequestedAssertionFailed, r"code 3(.|\n)*a(.|\n)*b"):
            self.machine.succeed("echo a; echo b >&2; exit 3")


if __name__ == "__main__":
    unittest.main()
