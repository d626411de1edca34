"""A machine that cannot run a lab says so in one line, before anything is made."""

import os
import tempfile
import unittest
from contextlib import redirect_stderr
from io import StringIO
from pathlib import Path
from unittest import mock

from commands import cli
from machines import cgroup, refusal


class Refusal(unittest.TestCase):
    """What is missing is put in the place of what is there."""

    def why(self, module: object, name: str, value: object) -> str:
        """Give the refusal when a name means something else."""
        with (
            mock.patch.object(os, "geteuid", lambda: 0),
            mock.patch.object(refusal, "TUNNELS", Path("/dev/null")),
            mock.patch.object(refusal, "ENTER", ("true",)),
            mock.patch.object(module, name, value),
        ):
            return refusal.refusal() or ""

    def test_what_is_refused_is_said_in_one_line(self) -> None:
        """Root, the device, namespaces, control groups."""
        with tempfile.TemporaryDirectory() as folder:
            full = Path(folder) / "full"
            full.write_text("no folder")
            refused = ("sh", "-c", "echo unshare failed: >&2; echo not permitted >&2; exit 1")
            for module, name, value, words in (
                (os, "geteuid", lambda: 1000, "the lab needs root"),
                (refusal, "TUNNELS", Path(folder) / "tun", "/tun"),
                (refusal, "ENTER", refused, "no namespaces: unshare failed: not permitted"),
                (refusal, "ENTER", ("/nonexistent/unshare",), "No such file"),
                (cgroup, "hierarchies", list[Path], "has no control groups"),
                (cgroup, "hierarchies", lambda: [full], "no control groups: .*: Not a directory"),
            ):
                why = self.why(module, name, value)
                self.assertRegex(why, words)
                self.assertNotIn("\n", why)

    def test_nothing_is_refused_where_all_is_given_and_nothing_of_the_trial_stays(self) -> None:
        """A folder stands for a hierarchy."""
        with tempfile.TemporaryDirectory() as folder:
            self.assertEqual(self.why(cgroup, "hierarchies", lambda: [Path(folder)]), "")
            self.assertEqual([*Path(folder).iterdir()], [])

    def test_a_command_says_it_and_does_nothing(self) -> None:
        """But in CI, where stories are skipped, and the rest goes on."""
        for words, variables, code, before in (
            (["possible"], {}, 2, ""),
            (["up"], {"CI": "true"}, 2, ""),
            (["run"], {"CI": "true"}, 0, "lab skipped: "),
        ):
            said = StringIO()
            with (
                mock.patch.object(os, "geteuid", lambda: 1000),
                mock.patch.dict(os.environ, variables),
                redirect_stderr(said),
            ):
                self.assertEqual(cli.main(words), code)
            self.assertRegex(said.getvalue(), rf"^{before}the lab needs root[^\n]*\n$")


if __name__ == "__main__":
    unittest.main()
