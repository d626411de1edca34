"""One machine as a QEMU guest, driven like a machine of the NixOS test driver."""

import base64
import io
import shlex
import subprocess
import tarfile
import threading
from pathlib import Path, PurePosixPath

from driver.errors import MachineError
from driver.logger import Logger
from driver.machine import NOT_ASKED, NOT_AWAITED, QemuMachine
from emulation import qemu
from emulation.archive import Archive
from emulation.qemu import Board
from emulation.shell import Shell
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

    def start(self, allow_reboot: bool = False) -> None:
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

    def _connected(self) -> Shell:
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
        if not check_output:
            return self._begin(command, timeout)
        with self.lock:
            code, said = self._connected().run(command, timeout)
        return code if check_return else NOT_ASKED, said

    def _begin(self, command: str, timeout: float | None) -> tuple[int, str]:
        with self.lock:
            self._connected().begin(command, timeout)
        return NOT_AWAITED, ""

    def _last_errors(self) -> str:
        """Give the end of what the last command wrote to standard error."""
        return self.shell.last_errors if self.shell else ""

    def shutdown(self) -> None:
        """Let the guest's own system stop everything and switch off."""
        if self.is_up():
            with self.nested("shutting down"):
                # Nobody answers: the shell ends before its line is written.
                self._connected().send("systemctl poweroff\n")
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

    def release(self) -> None:
        """End the guest and keep nothing of it; its files go with the lab."""
        self._clear_away()

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

    def copy_from_machine(self, source: str, target_dir: str = "") -> None:
        """Copy a file or folder of the guest into the run's output, through its shell."""
        path = PurePosixPath(source)
        folder, name = shlex.quote(str(path.parent)), shlex.quote(path.name)
        packed = base64.b64decode(self.succeed(f"tar -C {folder} -cf - {name} | base64 -w 0"))
        target = self.out_dir / target_dir
        target.mkdir(parents=True, exist_ok=True)
        with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
            archive.extractall(target, filter="data")

    def get_console_log(self) -> str:
        """Give what the guest printed on its console."""
        return self.console.read_text(errors="replace") if self.console.exists() else ""
