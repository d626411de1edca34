"""Conditions that must hold all through a block; they are looked at before every command."""

import time
from collections.abc import Callable
from types import TracebackType

from driver.durations import Duration, chosen
from driver.errors import RequestedAssertionFailed


class PollingCondition:
    """A condition with a name, entered as a context."""

    def __init__(
        self,
        conditions: "list[PollingCondition]",
        check: Callable[[], bool | None],
        interval: float,
        description: str | None,
    ) -> None:
        """Keep what is to be checked, and how often at most."""
        self.conditions = conditions
        self.check = check
        self.interval = interval
        self.description = description or (check.__doc__ or check.__name__).strip()
        self._last = 0.0
        self._busy = False

    def look(self) -> None:
        """Check unless it was done a moment ago; a condition's own commands do not check again."""
        if self._busy or time.monotonic() - self._last < self.interval:
            return
        self._busy = True
        try:
            holds = self.check()
        except Exception as error:
            raise RequestedAssertionFailed(f"{self.description}: {error}") from error
        finally:
            self._busy = False
            self._last = time.monotonic()
        if holds is False:
            raise RequestedAssertionFailed(f"no longer true: {self.description}")

    def wait(self, timeout: Duration = 900) -> None:
        """Wait until the condition holds for the first time."""
        from driver.waiting import retry

        retry(lambda _last: self.check() is not False, timeout)

    def __enter__(self) -> None:
        """Watch from here on."""
        self.conditions.append(self)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Look once more when all went well, and stop watching."""
        self.conditions.remove(self)
        if kind is None:
            self._last = 0.0
            self.look()


Check = Callable[[], bool | None]


class PollingConditions:
    """The conditions that are watched now."""

    def __init__(self) -> None:
        """Watch nothing."""
        self.active: list[PollingCondition] = []

    def look(self) -> None:
        """Check all of them."""
        for condition in list(self.active):
            condition.look()

    def polling_condition(
        self,
        fun: Check | None = None,
        *,
        seconds_interval: Duration | None = None,
        interval: Duration | None = None,
        description: str | None = None,
    ) -> "PollingCondition | Callable[[Check], PollingCondition]":
        """Make a condition of a function, as decorator with or without arguments."""
        every = chosen(seconds_interval, interval, default=2.0)

        def make(check: Check) -> PollingCondition:
            return PollingCondition(self.active, check, every, description)

        return make if fun is None else make(fun)
