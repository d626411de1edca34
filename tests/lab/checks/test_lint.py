"""What the lint of stories finds beside what ruff and the type checkers do."""

import tempfile
import unittest
from pathlib import Path

from commands.lint import manners

CONTROL = 'with subtest("control: it fails without"):\n    pass\n'


class Manners(unittest.TestCase):
    """Scripts of a line or two."""

    def faults(self, text: str) -> list[str]:
        """Give what is wrong with a script."""
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "script.py"
            path.write_text(CONTROL + text)
            return manners([path])

    def test_an_assert_shows_what_it_saw(self) -> None:
        """By its message."""
        self.assertEqual(self.faults('assert 1 == 2, "1"\n'), [])
        self.assertRegex(self.faults("assert 1 == 2\n")[0], "script.py:3: an assert without")

    def test_a_command_shows_what_it_saw(self) -> None:
        """Not by its exit code alone; in conditions of a shell it may."""
        for silent in (
            'host.succeed("ss -Hlnt | grep -q 127.0.0.1:4433")',
            'host.succeed(f"grep -Eqs {word} /proc/swaps")',
            'host.succeed(f"grep -F {word} --quiet {file}")',
            'host.succeed(f"! systemctl is-active --quiet call-{name}")',
        ):
            self.assertRegex("".join(self.faults(f"{silent}\n")), "script.py:3: .* says nothing")
        for fine in (
            'host.succeed("ss -Hlnt; ss -Hlnt | grep 127.0.0.1:4433")',
            'host.succeed("until grep -qs x y; do sleep 1; done; cat y")',
            'host.succeed("systemd-run --quiet true; grep x y; ping -q z")',
        ):
            self.assertEqual(self.faults(f"{fine}\n"), [])


if __name__ == "__main__":
    unittest.main()
