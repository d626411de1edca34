"""The same work on several machines at once, which an interruption does not leave half begun."""

import threading
from collections.abc import Callable, Sequence

from driver.machine import BaseMachine


class AtOnce:
    """Works on machines; whoever is interrupted meanwhile goes on when nothing works any more."""

    def __init__(self, work: Callable[[BaseMachine], object]) -> None:
        """Describe the work."""
        self.work = work
        self.failures: list[BaseException] = []
        self.working = 0
        self.is_over = False
        self.changed = threading.Condition()

    def on(self, machines: Sequence[BaseMachine]) -> None:
        """Work on each in a thread of its own, wait for all, and raise the first failure."""
        threads = [threading.Thread(target=self._attempt, args=(one,)) for one in machines]
        try:
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        except BaseException:
            self._settle()
            raise
        if self.failures:
            raise self.failures[0]

    def _attempt(self, machine: BaseMachine) -> None:
        with self.changed:
            if self.is_over:
                return
            self.working += 1
        try:
            self.work(machine)
        except BaseException as error:
            self.failures.append(error)
        finally:
            with self.changed:
                self.working -= 1
                self.changed.notify_all()

    def _settle(self) -> None:
        # Whoever cleans up after us must not meet machines that are still coming up. A thread that
        # was being started cannot be joined, and may begin later: it finds that all is over.
        with self.changed:
            self.is_over = True
            self.changed.wait_for(lambda: self.working == 0)
