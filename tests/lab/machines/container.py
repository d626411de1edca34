"""One machine as a systemd-nspawn container, driven like a machine of the NixOS test driver."""

import os
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from driver.errors import MachineError
from driver.logger import Logger
from driver.machine import NOT_ASKED, NOT_AWAITED, QemuMachine
from driver.waiting import retry
from machines.cgroup import Cgroup
from machines.place import NAMESPACES, Place
from machines.tree import Tree
from network.cables import Cables

PATH = "/opt/rampart/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
# systemd: src/basic/signal-util, "poweroff.target" for a manager that is process 1.
POWER_OFF = signal.SIGRTMIN + 4
# Both are far more than an idle machine takes; this one may be busy.
BOOT_LIMIT = 180.0
LOOK_LIMIT = 20.0
# systemd gives a unit 90 s before it kills it.
STOP_LIMIT = 300.0
STEP = 0.02
ERRORS_SHOWN = 2000
ENTERED = ("--mount", "--uts", "--ipc", "--net", "--pid", "--cgroup")


@dataclass(frozen=True)
class Box:
    """What a container is made of."""

    place: Place
    name: str
    root: Path
    cables: Cables
    # Folder or file of this host → path in the machine, read-only.
    shown: dict[Path, str] = field(default_factory=dict)


class Container(QemuMachine):
    """A container with its own systemd, control groups and network namespace."""

    def __init__(self, box: Box, logger: Logger, before: Callable[[], None] = lambda: None) -> None:
        """Describe a machine; nothing is started."""
        super().__init__(box.name, logger, box.place.folder / "out", before)
        self.box = box
        self.folder = box.place.machine(box.name)
        self.tree = Tree(box.place, box.name, box.root)
        self.cgroup = Cgroup(box.place.full(box.name))
        self.pid_file = self.folder / "nspawn.pid"
        self.console = self.folder / "console.log"
        self.errors = threading.local()

    def leader(self) -> int | None:
        """Give the process that is number 1 inside, seen from this host."""
        with suppress(OSError, ValueError):
            starter = int(self.pid_file.read_text())
            listing = Path(f"/proc/{starter}/task/{starter}/children").read_text()
            for child in map(int, listing.split()):
                if Path(f"/proc/{child}/comm").read_text().strip() == "systemd":
                    return child
        return None

    def is_up(self) -> bool:
        """Tell whether there is a process number 1."""
        return self.leader() is not None

    def start(self, allow_reboot: bool = False) -> None:
        """Boot, and wait until systemd inside answers."""
        if self.is_up():
            return
        with self.nested("booting"):
            self.tree.mount()
            self.box.cables.plug()
            self.cgroup.create()
            self._spawn()
            retry(lambda _last: self._answers(), BOOT_LIMIT)

    def _spawn(self) -> None:
        shown = [f"--bind-ro={source}:{target}" for source, target in self.box.shown.items()]
        command = [
            *("systemd-nspawn", "--quiet", "--boot", f"--directory={self.tree.top}"),
            *(f"--machine={self.box.place.full(self.name)}", f"--hostname={self.name}"),
            *("--register=no", "--keep-unit"),
            f"--network-namespace-path={NAMESPACES / self.box.place.full(self.name)}",
            # systemd inside holds a unit to its addresses by BPF (`IPAddressDeny`).
            *("--capability=CAP_NET_ADMIN,CAP_BPF", "--system-call-filter=bpf"),
            *("--console=read-only", "--resolv-conf=off"),
            *("--timezone=off", "--link-journal=no", *shown),
        ]
        environment = {"PATH": PATH, "SYSTEMD_NSPAWN_API_VFS_WRITABLE": "network"}
        with self.console.open("ab") as console:
            starter = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=console,
                stderr=console,
                env=environment,
                start_new_session=True,
                preexec_fn=self.cgroup.enter,
            )
        self.pid_file.write_text(str(starter.pid))

    def _answers(self) -> bool:
        if self._starter_is_gone():
            raise MachineError(f"{self.name} did not boot: {self._last_console_lines()}")
        if not self.is_up():
            return False
        code, _ = self._execute("systemctl show --property=Version", True, True, LOOK_LIMIT)
        return code == 0

    def _last_console_lines(self) -> str:
        lines = self.console.read_text(errors="replace").strip().splitlines()
        return " / ".join(lines[-3:]) or "nothing on its console"

    def _starter_is_gone(self) -> bool:
        starter = int(self.pid_file.read_text())
        with suppress(ChildProcessError):
            os.waitpid(starter, os.WNOHANG)
        return not Path(f"/proc/{starter}").exists()

    def shutdown(self) -> None:
        """Let systemd inside stop everything and power off."""
        leader = self.leader()
        if leader is not None:
            with self.nested("shutting down"):
                os.kill(leader, POWER_OFF)
        self.wait_for_shutdown()

    def wait_for_shutdown(self) -> None:
        """Wait until the starter has ended."""
        if self.pid_file.exists():
            self._poll(self._starter_is_gone, STOP_LIMIT, "does not power off")
        self._clear_away()

    def crash(self) -> None:
        """Kill everything at once; what was written stays."""
        with self.nested("crashing"):
            self.cgroup.kill()
            self._clear_away()

    def release(self) -> None:
        """End the machine as quickly as possible and keep nothing of it."""
        self.crash()
        self.tree.forget()

    def _clear_away(self) -> None:
        if self.pid_file.exists():
            self._poll(self._starter_is_gone, STOP_LIMIT, "does not end")
        self.cgroup.kill()
        self.cgroup.remove()
        self.box.cables.unplug()
        self.tree.unmount()
        self.pid_file.unlink(missing_ok=True)

    def _poll(self, condition: Callable[[], bool], limit: float, complaint: str) -> None:
        deadline = time.monotonic() + limit
        while not condition():
            if time.monotonic() > deadline:
                raise MachineError(f"{self.name} {complaint} within {limit:g} s")
            time.sleep(STEP)

    def block(self) -> None:
        """Pull the plug of the machine's first interface."""
        self.box.cables.set_first(up=False)

    def unblock(self) -> None:
        """Put the plug of the machine's first interface in again."""
        self.box.cables.set_first(up=True)

    def enter_command(self, *words: str, terminal: str = "") -> list[str]:
        """Give a command of this host that runs words inside the machine."""
        leader = self.leader()
        if leader is None:
            raise MachineError(f"{self.name} is not running")
        environment = [f"PATH={PATH}", "HOME=/root", "USER=root", "LANG=C.UTF-8"]
        environment += [f"TERM={terminal}"] if terminal else []
        entering = ["nsenter", f"--target={leader}", *ENTERED, "--wdns=/", "--"]
        return [*entering, "/usr/bin/env", "-i", *environment, *words]

    def _execute(
        self, command: str, check_return: bool, check_output: bool, timeout: float | None
    ) -> tuple[int, str]:
        script = f"set -euo pipefail; {command}"
        words = ["bash", "-c", script]
        if timeout is not None:
            words = ["timeout", "--kill-after=5", f"{timeout:g}", *words]
        entered = self.enter_command(*words)
        if not check_output:
            return self._begin(entered)
        done = subprocess.run(
            entered,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            preexec_fn=self.cgroup.enter,
            timeout=None if timeout is None else timeout + 30,
            check=False,
        )
        self.errors.text = done.stderr.decode(errors="replace")
        code = done.returncode if check_return else NOT_ASKED
        return code, done.stdout.decode(errors="replace")

    def _begin(self, words: list[str]) -> tuple[int, str]:
        # It goes on by itself, in the machine's group, and ends with the machine at the latest.
        begun = subprocess.Popen(
            words,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            preexec_fn=self.cgroup.enter,
        )
        # Somebody must take note of its end.
        threading.Thread(target=begun.wait, daemon=True).start()
        self.errors.text = ""
        return NOT_AWAITED, ""

    def _last_errors(self) -> str:
        """Give the end of what the last command of this thread wrote to standard error."""
        return str(getattr(self.errors, "text", ""))[-ERRORS_SHOWN:]

    def copy_from_host(self, source: str, target: str) -> None:
        """Copy a file or folder of this host into the machine."""
        inside = self.inside(target)
        inside.parent.mkdir(parents=True, exist_ok=True)
        if Path(source).is_dir():
            shutil.copytree(source, inside, dirs_exist_ok=True)
        else:
            shutil.copy2(source, inside)

    def copy_from_machine(self, source: str, target_dir: str = "") -> None:
        """Copy a file or folder of the machine to the run's output folder."""
        inside = self.inside(source)
        target = self.out_dir / target_dir / inside.name
        target.parent.mkdir(parents=True, exist_ok=True)
        if inside.is_dir():
            shutil.copytree(inside, target, dirs_exist_ok=True)
        else:
            shutil.copy2(inside, target)

    def inside(self, path: str) -> Path:
        """Give a path of the machine as this host sees it, with the machine's own mounts."""
        leader = self.leader()
        if leader is None:
            raise MachineError(f"{self.name} is not running")
        return Path(f"/proc/{leader}/root") / path.lstrip("/")

    def get_console_log(self) -> str:
        """Give what the machine printed on its console."""
        return self.console.read_text(errors="replace") if self.console.exists() else ""
