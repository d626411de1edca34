"""What a run prints: one line for each step, indented by nesting, with its duration at the end."""

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

QUIET_BELOW = 0.05


class Logger:
    """Lines of several machines at once, each written as a whole."""

    def __init__(self, out: TextIO = sys.stderr) -> None:
        """Write to the given stream."""
        self.out = out
        self._lock = threading.Lock()
        self._depth = threading.local()
        # What the report of a run says again at its end.
        self.warnings: list[str] = []

    def log(self, message: str, attributes: dict[str, str] | None = None) -> None:
        """Print a line."""
        del attributes
        indent = "  " * getattr(self._depth, "value", 0)
        with self._lock:
            print(f"{indent}{message}", file=self.out, flush=True)

    info = log

    def warning(self, message: str) -> None:
        """Print a line that should be looked at, and keep it for the report."""
        self.warnings.append(message)
        self.log(f"warning: {message}")

    def error(self, message: str) -> None:
        """Print a line about a failure."""
        self.log(f"error: {message}")

    def debug(self, message: str) -> None:
        """Print nothing: what NixOS' driver says of itself on this level, this one does not."""

    def log_test_error(self, message: str) -> None:
        """Print a line about a failure of the story's."""
        self.error(message)

    def log_serial(self, message: str, machine: str) -> None:
        """Print a line of a machine's console."""
        self.log(f"{machine} # {message}")

    @contextmanager
    def nested(self, message: str, attributes: dict[str, str] | None = None) -> Iterator[None]:
        """Indent what is printed inside, and say how long it took unless that is nothing."""
        del attributes
        self.log(message)
        start = time.monotonic()
        self._depth.value = getattr(self._depth, "value", 0) + 1
        try:
            yield
        finally:
            self._depth.value -= 1
            took = time.monotonic() - start
            if took >= QUIET_BELOW:
                self.log(f"({took:.2f} s: {message})")

    @contextmanager
    def subtest(self, name: str, attributes: dict[str, str] | None = None) -> Iterator[None]:
        """Name a part of a story; its failure is printed with that name."""
        with self.nested(f"subtest: {name}", attributes):
            try:
                yield
            except Exception as error:
                self.error(f'subtest "{name}" failed: {error}')
                raise
