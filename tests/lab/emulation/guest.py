"""One machine as a QEMU guest, driven like a machine of the NixOS test driver."""

import base64
import shlex
import subprocess
import threading
from pathlib import Path

from driver.durations import Duration
from driver.errors import MachineError
from driver.logger import Logger
from driver.machine import QemuMachine
from driver.waiting import retry
from emulation import qemu
from emulation.archive import Archive
from emulation.qemu import Board
from emulation.shell import Shell
from machines import host_commands
from machines.cgroup import Cgroup
from machines.place import Place

BOOT_LIMIT = 300.0
STOP_LIMIT = 120.0
# Below the longest word that a command of the guest may have.
PIECE = 60_000


def shared(place: Place) -> Path:
    """Give the folder of this host that the NixOS driver, too, gives to all machines of a run."""
    return place.folder / "shared-xchg"


class Guest(QemuMachine):
    """A guest; its disks outlive it."""

    def __init__(self, board: Board, files: Archive, place: Place, logger: Logger) -> None:
        """Describe a guest that starts with the given files; nothing is started."""
        super().__init__(board.name, logger, place.folder)
        self.board = board
        self.shared_dir = shared(place)
        self.console = self.state_dir / "console.log"
        self.cgroup = Cgroup(place.full(board.name))
        self.process: subprocess.Popen[bytes] | None = None
        self.shell: Shell | None = None
        self.lock = threading.Lock()
        self.state_dir.mkdir(parents=True)
        self.shared_dir.mkdir(exist_ok=True)
        files.write(self.state_dir / "initrd", qemu.folder() / "base.cpio")

    def is_up(self) -> bool:
        """Tell whether QEMU runs."""
        return self.process is not None and self.process.poll() is None

    def start(self) -> None:
        """Switch on; the first command waits until the guest has booted."""
        if self.is_up():
            return
        self.log("switched on")
        (self.state_dir / qemu.SHELL).unlink(missing_ok=True)
        self.cgroup.create()
        with (self.state_dir / "qemu.log").open("ab") as said:
            self.process = subprocess.Popen(
                qemu.command(self.board, self.state_dir),
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                env=qemu.environment(),
                start_new_session=True,
                preexec_fn=self.cgroup.enter,
            )
        self.shell = Shell(self.state_dir / qemu.SHELL)

    def connect(self) -> Shell:
        """Give the guest's shell, once it is there."""
        if self.shell is None or not self.is_up():
            self.start()
        assert self.shell is not None
        if not self.shell.is_ready:
            with self.nested("waiting until it has booted"):
                self._greeted(self.shell)
        return self.shell

    def _greeted(self, shell: Shell) -> None:
        try:
            shell.wait(BOOT_LIMIT)
        except MachineError as error:
            lines = self.get_console_log().strip().splitlines()
            raise MachineError(f"{self.name}: {error}: {' / '.join(lines[-5:])}") from error

    def _execute(
        self, command: str, check_return: bool, check_output: bool, timeout: float | None
    ) -> tuple[int, str]:
        with self.lock:
            code, said = self.connect().run(command, check_output, timeout)
        return code if check_return else 0, said

    def _last_errors(self) -> str:
        """Give the end of what the last command wrote to standard error."""
        return self.shell.last_errors if self.shell else ""

    def shutdown(self) -> None:
        """Let the guest's own system stop everything and switch off."""
        if self.is_up():
            with self.nested("shutting down"):
                # Nobody answers: the shell ends before its line is written.
                self.connect().send("systemctl poweroff\n")
                self.wait_for_shutdown()

    def wait_for_shutdown(self) -> None:
        """Wait until QEMU has ended."""
        if self.process is not None:
            try:
                self.process.wait(STOP_LIMIT)
            except subprocess.TimeoutExpired as error:
                raise MachineError(f"{self.name} does not switch off") from error
        self._clear_away()

    def crash(self) -> None:
        """Pull the plug; what the guest wrote to its disks stays."""
        self.log("plug pulled")
        self._clear_away()

    def block(self) -> None:
        """Refuse: a guest has no plug that the lab could pull."""
        raise MachineError(f"{self.name}: an emulated machine cannot be unplugged")

    def unblock(self) -> None:
        """Refuse, as `block` does."""
        self.block()

    def _clear_away(self) -> None:
        self.cgroup.kill()
        self.cgroup.remove()
        if self.process is not None:
            self.process.wait()
        if self.shell is not None:
            self.shell.close()
        self.process = self.shell = None

    def copy_from_host(self, source: str, target: str) -> None:
        """Copy a file of this host into the guest, through its shell."""
        data = base64.b64encode(Path(source).read_bytes()).decode()
        quoted = shlex.quote(target)
        self.succeed(f"mkdir -p $(dirname {quoted}); true > {quoted}")
        for start in range(0, len(data), PIECE):
            self.succeed(f"echo {data[start : start + PIECE]} | base64 -d >> {quoted}")

    def get_console_log(self) -> str:
        """Give what the guest printed on its console."""
        return self.console.read_text(errors="replace") if self.console.exists() else ""

    def wait_for_console_text(self, regex: str, timeout: Duration | None = None) -> None:
        """Wait until the console shows a text."""

        def shown(_last: bool) -> bool:
            return host_commands.attempt("grep", "-qE", regex, self.console).returncode == 0

        retry(shown, 900 if timeout is None else timeout)
