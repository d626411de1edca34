"""The driver's way into a guest: a root shell at the other end of a virtual serial port."""

import base64
import shlex
import socket
from pathlib import Path

from driver.errors import MachineError
from driver.waiting import retry

READY = "the shell is ready"
ERRORS = "/run/driver-errors"
ERRORS_SHOWN = 2000
PORT = "/dev/virtio-ports/shell"
CHUNK = 65536
GRACE = 60.0

# Requires= is not enough: the port appears when udev has named it.
UNIT = """\
[Unit]
Description=Shell of the test driver
BindsTo=dev-virtio\\x2dports-shell.device
After=dev-virtio\\x2dports-shell.device
[Service]
ExecStart=/bin/bash /etc/lab-shell
KillMode=process
[Install]
WantedBy=multi-user.target
"""
SCRIPT = f"""\
exec <>{PORT} >&0 2>/dev/null
export HOME=/root USER=root LANG=C.UTF-8 PATH=/usr/local/bin:/usr/sbin:/usr/bin
cd /root
echo {shlex.quote(READY)}
exec bash --noprofile --norc
"""


class Shell:
    """A connection; commands are run one after the other."""

    def __init__(self, path: Path) -> None:
        """Connect to the socket of a guest that has just been started."""
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        retry(lambda _last: self._connected(path), 60)
        self.rest = b""
        self.is_ready = False
        self.last_errors = ""

    def _connected(self, path: Path) -> bool:
        try:
            self.socket.connect(str(path))
        except (FileNotFoundError, ConnectionRefusedError):
            return False
        return True

    def close(self) -> None:
        """Let go of the guest."""
        self.socket.close()

    def wait(self, limit: float) -> None:
        """Wait until the guest's shell has greeted."""
        while not self.is_ready:
            self.is_ready = self._line(limit) == READY

    def run(self, command: str, limit: float | None) -> tuple[int, str]:
        """Run a command; give its exit code and what it printed."""
        words = _limited(command, limit)
        done = f"{words} </dev/null 2>{ERRORS} | base64 -w 0; code=${{PIPESTATUS[0]}}"
        # Only where it is of interest: each process takes its time in emulation.
        errors = f"test $code = 0 || tail -c {ERRORS_SHOWN} {ERRORS} | base64 -w 0"
        self.send(f"{done}; echo; {errors}; echo; echo $code\n")
        wait = None if limit is None else limit + GRACE
        said, errors, code = (self._line(wait) for _ in range(3))
        self.last_errors = _text(errors)
        return int(code), _text(said)

    def begin(self, command: str, limit: float | None) -> None:
        """Let a command run by itself."""
        self.send(f"{_limited(command, limit)} </dev/null >/dev/null 2>&1 &\n")

    def send(self, text: str) -> None:
        """Write to the guest's shell."""
        self.socket.settimeout(None)
        self.socket.sendall(text.encode())

    def _line(self, limit: float | None) -> str:
        self.socket.settimeout(limit)
        while b"\n" not in self.rest:
            try:
                got = self.socket.recv(CHUNK)
            except TimeoutError as error:
                raise MachineError(f"the guest's shell is silent for {limit:g} s") from error
            if not got:
                raise MachineError("the guest is gone")
            self.rest += got
        line, _, self.rest = self.rest.partition(b"\n")
        return line.decode(errors="replace").strip()


def _limited(command: str, limit: float | None) -> str:
    words = f"bash -c {shlex.quote(f'set -euo pipefail; {command}')}"
    return words if limit is None else f"timeout --kill-after=5 {limit:g} {words}"


def _text(line: str) -> str:
    return base64.b64decode(line).decode(errors="replace")
