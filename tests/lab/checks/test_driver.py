"""What the driver does with what a machine says; the machine is one that only answers."""

import tempfile
import unittest
from io import StringIO
from pathlib import Path

from driver.errors import RequestedAssertionFailed
from driver.logger import Logger
from driver.machine import DEFAULT, QemuMachine


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


if __name__ == "__main__":
    unittest.main()
