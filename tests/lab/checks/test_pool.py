"""Runs side by side, and what is said of them; processes that do nothing stand for stories."""

import unittest
from contextlib import redirect_stdout
from io import StringIO
from unittest import mock

from commands import run, soak
from commands.pool import Job, Outcome, Pool
from commands.run import Wanted
from driver.logger import Logger
from homeserver import kind

STORY, EMULATED = "fleet-comes-up", "disks-are-sealed"
STAND_INS = ["Synapse for Tuwunel"]


class Limit(unittest.TestCase):
    """A story that does not end."""

    def test_it_is_ended_and_reported_as_failed_with_the_reason(self) -> None:
        """It gets the time to clean up, and what it said is kept."""
        script = "trap 'echo cleaned; exit 1' TERM; echo began; while :; do sleep 0.1; done"
        jobs = [Job("slow", ["bash", "-c", script]), Job("quick", ["echo", "done"])]
        outcomes = {one.story: one for one in Pool(2, Logger(StringIO()), 6).outcomes(jobs)}
        self.assertTrue(outcomes["quick"].passed)
        self.assertEqual(outcomes["quick"].output, "done\n")
        slow = outcomes["slow"]
        self.assertFalse(slow.passed)
        words = r"^began\ncleaned\nstory slow: FAILED in \d+ s; not over within 0.1 minutes\n$"
        self.assertRegex(slow.output, words)


class Said(unittest.TestCase):
    """Every line that depends on a stand-in says so."""

    def soak(self) -> list[str]:
        """Give the lines about two stories that were run twice."""
        outcomes = [
            Outcome(name, passed, 3, "its words\n")
            for passed in (True, False)
            for name in (STORY, EMULATED)
        ]
        said = StringIO()
        with (
            mock.patch.object(run, "side_by_side", lambda *_: iter(outcomes)),
            mock.patch.object(kind, "stand_ins", lambda: STAND_INS),
            redirect_stdout(said),
        ):
            wanted = Wanted((STORY, EMULATED), units="evaluated")
            self.assertEqual(soak.soak(wanted, 2, 1, Logger(StringIO())), 1)
        return said.getvalue().splitlines()

    def test_lines_and_rows_name_units_and_stand_ins(self) -> None:
        """Emulated machines have neither."""
        lines = [line for line in self.soak() if STORY in line]
        self.assertEqual(len(lines), 3)
        for line in lines:
            self.assertTrue(line.endswith("units evaluated; stand-ins: Synapse for Tuwunel"), line)
        for line in (line for line in self.soak() if EMULATED in line):
            self.assertTrue(line.endswith("machines emulated"), line)

    def test_a_run_of_several_ends_with_the_time_of_all(self) -> None:
        """And with the number of those that failed."""
        outcomes = [Outcome(STORY, True, 3, "a\n"), Outcome(EMULATED, False, 3, "b\n")]
        said = StringIO()
        with (
            mock.patch.object(run, "side_by_side", lambda *_: iter(outcomes)),
            redirect_stdout(said),
        ):
            code = run.run(Wanted((STORY, EMULATED)), 1, Logger(StringIO()))
        self.assertEqual(code, 1)
        self.assertRegex(said.getvalue(), r"\ntogether: 2 stories in \d+ s, 1 FAILED\n$")


if __name__ == "__main__":
    unittest.main()
