"""A machine of a story: everything here is built on running commands in it."""

import re
import shlex
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from driver.durations import Duration, chosen, seconds
from driver.errors import RequestedAssertionFailed
from driver.logger import Logger
from driver.waiting import retry

DEFAULT = 900
# What stands for an exit code that nobody asked for (nixpkgs, test_driver/machine/__init__.py).
NOT_AWAITED, NOT_ASKED = -2, -1
# Characters of a console that a failure shows.
CONSOLE_SHOWN = 2000


class BaseMachine(ABC):
    """What every kind of machine offers to a story."""

    def __init__(
        self, name: str, logger: Logger, out_dir: Path, before: Callable[[], None] = lambda: None
    ) -> None:
        """Make a machine that is not started; `before` runs before every command."""
        self.name = name
        self.logger = logger
        self.out_dir = out_dir
        self.state_dir = out_dir / name
        self.shared_dir = self.state_dir / "shared"
        self.before = before

    @abstractmethod
    def is_up(self) -> bool:
        """Tell whether the machine runs."""

    @abstractmethod
    def start(self) -> None:
        """Boot; returns when commands can be run."""

    @abstractmethod
    def shutdown(self) -> None:
        """Let the machine's own system stop everything; returns when it is off."""

    @abstractmethod
    def wait_for_shutdown(self) -> None:
        """Wait until the machine is off."""

    @abstractmethod
    def copy_from_host(self, source: str, target: str) -> None:
        """Copy a file or folder of this host into the machine."""

    @abstractmethod
    def copy_from_machine(self, source: str, target_dir: str = "") -> None:
        """Copy a file or folder of the machine into a folder of the run's output."""

    def copy_from_host_via_shell(self, source: str, target: str) -> None:
        """Copy a file of this host into the machine."""
        self.copy_from_host(source, target)

    @abstractmethod
    def _execute(
        self, command: str, check_return: bool, check_output: bool, timeout: float | None
    ) -> tuple[int, str]:
        """Run a command; give its exit code (124 for a timeout) and standard output.

        Without `check_output`, do not wait for its end: give `NOT_AWAITED` and no text. Without
        `check_return`, give `NOT_ASKED` in the place of the exit code.
        """

    def log(self, msg: str) -> None:
        """Print a line with the machine's name."""
        self.logger.log(f"{self.name}: {msg}")

    def log_serial(self, msg: str) -> None:
        """Print a line of the machine's console."""
        self.logger.log_serial(msg, self.name)

    @contextmanager
    def nested(self, msg: str, attrs: dict[str, str] | None = None) -> Iterator[None]:
        """Indent what is printed inside."""
        with self.logger.nested(f"{self.name}: {msg}", attrs or {}):
            yield

    def run_callbacks(self) -> None:
        """Look at the conditions that must hold before every command."""
        self.before()

    def execute(
        self,
        command: str,
        check_return: bool = True,
        check_output: bool = True,
        timeout: Duration | None = DEFAULT,
    ) -> tuple[int, str]:
        """Run a command in the machine, with `set -euo pipefail`."""
        self.run_callbacks()
        limit = None if timeout is None else seconds(timeout)
        return self._execute(command, check_return, check_output, limit)

    def succeed(self, *commands: str, timeout: Duration | None = None) -> str:
        """Run commands that must succeed; give what they print. Without a limit, they have none."""
        said = ""
        for command in commands:
            with self.nested(f"must succeed: {short(command)}"):
                code, output = self.execute(command, timeout=timeout)
                if code != 0:
                    raise self._unwanted(
                        f"command `{short(command)}` failed (exit code {code})", output
                    )
                said += output
        return said

    def fail(self, *commands: str, timeout: Duration | None = None) -> str:
        """Run commands that must fail; give what they print."""
        said = ""
        for command in commands:
            with self.nested(f"must fail: {short(command)}"):
                code, output = self.execute(command, timeout=timeout)
                if code == 0:
                    raise self._unwanted(
                        f"command `{short(command)}` unexpectedly succeeded", output
                    )
                said += output
        return said

    def wait_until_succeeds(self, command: str, timeout: Duration = DEFAULT) -> str:
        """Repeat a command until it succeeds; give what it printed then."""
        with self.nested(f"waiting for success: {short(command)}"):
            return self._until(command, lambda code: code == 0, timeout)

    def wait_until_fails(self, command: str, timeout: Duration = DEFAULT) -> str:
        """Repeat a command until it fails; give what it printed then."""
        with self.nested(f"waiting for failure: {short(command)}"):
            return self._until(command, lambda code: code != 0, timeout)

    def _until(self, command: str, wanted: Callable[[int], bool], timeout: Duration) -> str:
        said = ""

        def attempt(_last: bool) -> bool:
            nonlocal said
            code, said = self.execute(command, timeout=timeout)
            return wanted(code)

        try:
            retry(attempt, timeout)
        except RequestedAssertionFailed as error:
            raise self._unwanted(f"{error}: `{short(command)}`", said) from error
        return said

    def sleep(self, secs: Duration | None = None, *, duration: Duration | None = None) -> None:
        """Sleep in the machine's own time."""
        self.succeed(f"sleep {chosen(secs, duration, default=1):g}")

    def wait_for_file(self, filename: str, timeout: Duration = DEFAULT) -> None:
        """Wait until a file exists."""
        self.wait_until_succeeds(f"test -e {shlex.quote(filename)}", timeout)

    def wait_for_open_port(
        self, port: int, addr: str = "localhost", timeout: Duration = DEFAULT
    ) -> None:
        """Wait until somebody listens on a TCP port, seen from inside the machine."""
        self.wait_until_succeeds(f"nc -z {shlex.quote(addr)} {port}", timeout)

    def wait_for_closed_port(
        self, port: int, addr: str = "localhost", timeout: Duration = DEFAULT
    ) -> None:
        """Wait until nobody listens on a TCP port, seen from inside the machine."""
        self.wait_until_fails(f"nc -z {shlex.quote(addr)} {port}", timeout)

    def wait_for_open_unix_socket(
        self, addr: str, is_datagram: bool = False, timeout: Duration = DEFAULT
    ) -> None:
        """Wait until somebody listens on a unix socket."""
        flags = "-uU" if is_datagram else "-U"
        self.wait_until_succeeds(f"nc -z {flags} {shlex.quote(addr)}", timeout)

    def systemctl(self, q: str, user: str | None = None) -> tuple[int, str]:
        """Run systemctl, for the system or for one user's session."""
        if user is None:
            return self.execute(f"systemctl {q}")
        command = f"XDG_RUNTIME_DIR=/run/user/$(id -u) systemctl --user {q}"
        return self.execute(f"su -l {shlex.quote(user)} --shell /bin/sh -c {shlex.quote(command)}")

    def get_unit_info(self, unit: str, user: str | None = None) -> dict[str, str]:
        """Give all properties of a unit."""
        code, lines = self.systemctl(f"--no-pager show {shlex.quote(unit)}", user)
        if code != 0:
            raise self._unwanted(f"retrieving the state of {unit} failed ({code})", lines)
        pairs = (line.partition("=") for line in lines.splitlines() if "=" in line)
        return {key: value for key, _, value in pairs}

    def get_unit_property(self, unit: str, property: str, user: str | None = None) -> str:
        """Give one property of a unit."""
        query = f"--no-pager show {shlex.quote(unit)} --property={shlex.quote(property)}"
        code, line = self.systemctl(query, user)
        key, found, value = line.strip().partition("=")
        if code != 0 or not found or key != property:
            raise self._unwanted(f"unit {unit} has no property {property} ({code})", line)
        return value

    def require_unit_state(self, unit: str, require_state: str = "active") -> None:
        """Demand that a unit is in a state now."""
        state = self.get_unit_property(unit, "ActiveState")
        if state != require_state:
            raise self._unwanted(f"unit {unit} is {state}, not {require_state}", "")

    def wait_for_unit(
        self, unit: str, user: str | None = None, timeout: Duration = DEFAULT
    ) -> None:
        """Wait until a unit is active; a failed or forgotten one ends the wait at once."""

        def active(_last: bool) -> bool:
            info = self.get_unit_info(unit, user)
            state = info.get("ActiveState", "")
            if state == "failed":
                raise self._unwanted(f'unit "{unit}" reached state "failed"', self._journal(unit))
            if state == "inactive" and self._is_forgotten(unit, user):
                raise self._unwanted(f'unit "{unit}" is inactive and there are no jobs', "")
            return state == "active"

        with self.nested(f"waiting for unit {unit}"):
            try:
                retry(active, timeout)
            except RequestedAssertionFailed as error:
                if "timed out" not in str(error):
                    raise
                raise self._unwanted(f"{error}: unit {unit}", self._journal(unit)) from error

    def _is_forgotten(self, unit: str, user: str | None) -> bool:
        _, jobs = self.systemctl("list-jobs --full 2>&1", user)
        if "No jobs" not in jobs:
            return False
        return self.get_unit_info(unit, user).get("ActiveState") == "inactive"

    def _journal(self, unit: str) -> str:
        return self.execute(f"journalctl --no-pager -n 20 -o cat -u {shlex.quote(unit)}")[1]

    def start_job(self, jobname: str, user: str | None = None) -> tuple[int, str]:
        """Start a unit."""
        return self.systemctl(f"start {shlex.quote(jobname)}", user)

    def stop_job(self, jobname: str, user: str | None = None) -> tuple[int, str]:
        """Stop a unit."""
        return self.systemctl(f"stop {shlex.quote(jobname)}", user)

    def _unwanted(self, message: str, output: str) -> RequestedAssertionFailed:
        texts = {"output": output.strip(), "errors": self._last_errors().strip()}
        said = [f"\n{name}: {text}" for name, text in texts.items() if text]
        return RequestedAssertionFailed(f"{self.name}: {message}{''.join(said)}")

    def _last_errors(self) -> str:
        """Give what the last command of this thread wrote to standard error, if that is known."""
        return ""


class QemuMachine(BaseMachine):
    """What a story may do besides to a machine that its `nodes` name.

    On NixOS these are virtual machines, hence the driver's own name; here, containers and guests.
    """

    # How much of the console those who waited for a text have seen.
    _seen = 0

    @abstractmethod
    def start(self, allow_reboot: bool = False) -> None:
        """Boot; returns when commands can be run. Any machine of the lab may be rebooted."""

    def connect(self) -> None:
        """Boot if that was not done, and wait until commands can be run."""
        self.start()
        self._execute("true", True, True, DEFAULT)

    @abstractmethod
    def crash(self) -> None:
        """Stop at once, as when the power fails."""

    def reboot(self) -> None:
        """Shut down and boot again."""
        self.shutdown()
        self.start()

    @abstractmethod
    def release(self) -> None:
        """End the machine as quickly as possible and keep nothing of it."""

    @abstractmethod
    def block(self) -> None:
        """Pull the plug of the machine's network."""

    @abstractmethod
    def unblock(self) -> None:
        """Put the plug in again."""

    @abstractmethod
    def get_console_log(self) -> str:
        """Give what the machine printed on its console."""

    def wait_for_console_text(self, regex: str, timeout: Duration | None = None) -> None:
        """Wait until the console shows a text that nobody has waited for before."""

        def shown(_last: bool) -> bool:
            text = self.get_console_log()
            # A console that is shorter than what was seen of it began anew.
            start = self._seen if self._seen <= len(text) else 0
            found = re.compile(regex).search(text, start)
            if found:
                self._seen = found.end()
            return found is not None

        with self.nested(f"waiting for {regex} on the console"):
            try:
                retry(shown, DEFAULT if timeout is None else timeout)
            except RequestedAssertionFailed as error:
                last = self.get_console_log()[-CONSOLE_SHOWN:]
                raise self._unwanted(f"{error}: no {regex} on the console", last) from error


class NspawnMachine(BaseMachine):
    """What NixOS calls a machine of a story's `containers`; no story here has one."""


def short(command: str) -> str:
    """Give the first line of a command; what follows is input for it, and often long."""
    first, more, _ = command.strip().partition("\n")
    return f"{first} …" if more else first
