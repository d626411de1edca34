"""Running the package clients: output goes to the part's log, failures become one line."""

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TextIO

from parts import cache
from parts.part import InstallError

Command = Sequence[str | Path]
Environment = Mapping[str, str]


class Commands:
    """The commands of one installation, with one log."""

    def __init__(self, part: str) -> None:
        """Start an empty log for the part."""
        self.log = cache.log_file(part)
        self.log.parent.mkdir(parents=True, exist_ok=True)
        self.log.write_text("")

    def run(
        self,
        command: Command,
        *,
        folder: Path | None = None,
        environment: Environment | None = None,
    ) -> None:
        """Run a command to its end; all that it prints goes to the log."""
        with self.log.open("a") as log:
            self._finish(command, log, log, folder, environment or {})

    def read(self, command: Command, *, folder: Path | None = None) -> str:
        """Run a command and give what it prints on standard output."""
        with self.log.open("a") as log:
            said = self._finish(command, subprocess.PIPE, log, folder, {})
            log.write(said)
            return said

    def _finish(
        self,
        command: Command,
        output: TextIO | int,
        log: TextIO,
        folder: Path | None,
        environment: Environment,
    ) -> str:
        words = [str(word) for word in command]
        log.write(f"$ {' '.join(words)}\n")
        log.flush()
        try:
            done = subprocess.run(
                words,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=log,
                text=True,
                errors="replace",
                cwd=folder,
                env={**os.environ, **environment},
                check=False,
            )
        except FileNotFoundError as error:
            raise InstallError(f"{error.filename}: not found") from error
        if done.returncode != 0:
            end = f"exit code {done.returncode}, log {self.log}"
            raise InstallError(f"{self._last_words()} ({end})")
        return done.stdout or ""

    def _last_words(self) -> str:
        lines = [line.strip() for line in self.log.read_text(errors="replace").splitlines()]
        said = [line for line in lines if line]
        return said[-1][:200] if said else "no output"
