"""The installer keeps services from starting only while it works, however it ends."""

import signal
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

from parts import cli, debian
from parts.debian import NO_STARTS, Debian, services_stay_down

LAB = Path(__file__).resolve().parents[1]
# An installation that takes long, of packages that are not there.
SLOW = """
import sys, time
from pathlib import Path
from parts import cli, debian
debian.POLICY = Path(sys.argv[1])
class Slow(debian.Debian):
    def is_installed(self):
        return False
    def install(self):
        with debian.services_stay_down():
            print("at work", flush=True)
            time.sleep(60)
cli.PARTS = (Slow(),)
sys.exit(cli.main([]))
"""


class Policy(unittest.TestCase):
    """A file of a test stands for Debian's."""

    def setUp(self) -> None:
        """Make a folder for it."""
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.policy = self.folder / "policy-rc.d"
        patch = mock.patch.object(debian, "POLICY", self.policy)
        patch.start()
        self.addCleanup(patch.stop)

    def test_one_that_a_killed_installation_left_goes(self) -> None:
        """Even when nothing is missing."""
        self.policy.write_text(NO_STARTS)
        with mock.patch.object(Debian, "is_installed", lambda _: True):
            self.assertEqual(cli.bring_in(Debian(), "debian"), "already there")
            self.assertFalse(self.policy.exists())
            self.assertEqual(cli.bring_in(Debian(), "debian"), "already there")

    def test_somebody_elses_stays(self) -> None:
        """A container's own, for example, which says the same in other words."""
        self.policy.write_text("#!/bin/sh\nexit 101\n")
        self.assertEqual(Debian().leftovers(), [])
        with services_stay_down():
            pass
        self.assertEqual(self.policy.read_text(), "#!/bin/sh\nexit 101\n")

    def test_it_is_there_while_packages_are_installed(self) -> None:
        """And not afterwards, whatever happened."""
        with self.assertRaises(ZeroDivisionError), services_stay_down():
            self.assertTrue(self.policy.stat().st_mode & 0o100)
            raise ZeroDivisionError
        self.assertFalse(self.policy.exists())

    def test_a_signal_to_end_takes_it_away(self) -> None:
        """SIGTERM, which ends a run of CI."""
        words = [sys.executable, "-B", "-c", SLOW, str(self.policy)]
        with subprocess.Popen(
            words,
            cwd=LAB,
            env={"RAMPART_CACHE": str(self.folder), "PATH": "/usr/bin:/bin"},
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        ) as run:
            assert run.stdout is not None
            while "at work" not in (line := run.stdout.readline()):
                self.assertTrue(line, "ended early")
            self.assertTrue(self.policy.exists())
            run.send_signal(signal.SIGTERM)
            self.assertEqual(run.wait(), 130)
        self.assertFalse(self.policy.exists())


if __name__ == "__main__":
    unittest.main()
