"""Machines that boot at once: an interruption waits for those that began, and begins no more."""

import os
import signal
import threading
import time
import unittest
from typing import cast

from driver.at_once import AtOnce
from driver.machine import BaseMachine

MACHINES = [cast(BaseMachine, number) for number in range(20)]
WORK = 0.2


class Interrupted(unittest.TestCase):
    """The signal comes while threads are still being started."""

    def setUp(self) -> None:
        """Count who works; take the signal even where whoever started this ignores it."""
        before = signal.signal(signal.SIGINT, signal.default_int_handler)
        self.addCleanup(signal.signal, signal.SIGINT, before)
        self.working: set[BaseMachine] = set()
        self.lock = threading.Lock()

    def work(self, machine: BaseMachine) -> None:
        """Interrupt whoever started this, then take a while."""
        with self.lock:
            self.working.add(machine)
        if machine == MACHINES[0]:
            os.kill(os.getpid(), signal.SIGINT)
        time.sleep(WORK)
        with self.lock:
            self.working.discard(machine)

    def test_nothing_works_any_more(self) -> None:
        """Neither at the moment that the interruption is seen nor later."""
        with self.assertRaises(KeyboardInterrupt):
            AtOnce(self.work).on(MACHINES)
        for _ in range(3):
            self.assertEqual(self.working, set())
            time.sleep(WORK / 2)


class Failed(unittest.TestCase):
    """One of several fails."""

    def test_its_failure_is_given_when_all_have_ended(self) -> None:
        """The others are not cut short."""
        ended: list[BaseMachine] = []

        def work(machine: BaseMachine) -> None:
            if machine == MACHINES[3]:
                raise ValueError("number 3")
            time.sleep(WORK / 2)
            ended.append(machine)

        with self.assertRaisesRegex(ValueError, "number 3"):
            AtOnce(work).on(MACHINES)
        self.assertEqual(len(ended), len(MACHINES) - 1)


if __name__ == "__main__":
    unittest.main()
