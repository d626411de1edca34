"""Running commands on this host, not in a machine."""

import subprocess
from collections.abc import Sequence
from pathlib import Path

from driver.errors import MachineError

LIMIT = 300.0


def run(*words: str | Path, text: str | None = None, limit: float = LIMIT) -> str:
    """Run a command that must succeed; give what it prints."""
    done = attempt(*words, text=text, limit=limit)
    if done.returncode != 0:
        said = (done.stderr or done.stdout).strip()
        raise MachineError(f"{_line(words)}: {said or f'exit code {done.returncode}'}")
    return done.stdout


def attempt(
    *words: str | Path, text: str | None = None, limit: float = LIMIT
) -> subprocess.CompletedProcess[str]:
    """Run a command that may fail."""
    try:
        return subprocess.run(
            [str(word) for word in words],
            input=text if text is not None else "",
            capture_output=True,
            text=True,
            errors="replace",
            timeout=limit,
            check=False,
        )
    except FileNotFoundError as error:
        raise MachineError(f"{error.filename}: not found") from error
    except subprocess.TimeoutExpired as error:
        raise MachineError(f"{_line(words)}: still running after {limit:g} s") from error


def _line(words: Sequence[str | Path]) -> str:
    return " ".join(str(word) for word in words)
