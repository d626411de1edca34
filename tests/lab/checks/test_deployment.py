"""What changed unit files ask for is what nixpkgs' own program decides."""

import tempfile
import unittest
from pathlib import Path

from deploy import units
from deploy.units import Need

ACTIVE = {"one.service", "tool@a.service", "multi-user.target"}


def unit(text: str) -> units.Unit:
    """Read one unit."""
    return units.parsed([text])


def changed(old: str, new: str) -> units.Changes:
    """Decide about one service that runs."""
    return units.changes({"one.service": unit(old)}, {"one.service": unit(new)}, ACTIVE)


class Needs(unittest.TestCase):
    """Cases of nixpkgs' tests (`compare_units` in its main.rs), and of the fleet's units."""

    def test_nothing(self) -> None:
        """What is said of a unit, and how it is installed, is not what it does."""
        old = unit("[Unit]\nDescription=a\n[Service]\nExecStart=x\n[Install]\nWantedBy=a.target\n")
        new = unit("[Unit]\nDescription=b\n[Service]\nExecStart=x\n")
        self.assertIs(units.need(old, new), Need.NOTHING)
        self.assertIs(units.need(unit("[Unit]\nX-Reload-Triggers=a\n"), unit("")), Need.NOTHING)
        self.assertIs(units.need(unit("[Service]\nExecReload=a\n"), unit("")), Need.NOTHING)

    def test_reload(self) -> None:
        """A changed trigger, another way to reload."""
        trigger = [unit(f"[Unit]\nX-Reload-Triggers={word}\n") for word in ("a", "b")]
        self.assertIs(units.need(*trigger), Need.RELOAD)
        self.assertIs(units.need(unit(""), unit("[Service]\nExecReload=a\n")), Need.RELOAD)

    def test_restart(self) -> None:
        """Anything else, also beside a reload."""
        old = unit("[Unit]\nX-Reload-Triggers=a\n[Service]\nExecStart=x\n")
        new = unit("[Unit]\nX-Reload-Triggers=b\n[Service]\nExecStart=y\n")
        self.assertIs(units.need(old, new), Need.RESTART)
        self.assertIs(units.need(unit(""), unit("[Unit]\nX-Restart-Triggers=a\n")), Need.RESTART)


class Decisions(unittest.TestCase):
    """What is done to units that run."""

    def test_a_media_server_is_restarted_only_without_the_word_that_forbids_it(self) -> None:
        """The control is the same change without it."""
        kept = "[Service]\nX-RestartIfChanged=false\nExecStart="
        self.assertEqual(changed(f"{kept}x\n", f"{kept}y\n").skip, ["one.service"])
        plain = "[Service]\nExecStart="
        self.assertEqual(changed(f"{plain}x\n", f"{plain}y\n").restart, ["one.service"])

    def test_rules_are_reloaded(self) -> None:
        """As nixpkgs' nftables unit says of itself."""
        rules = "[Service]\nX-ReloadIfChanged=true\nExecStart="
        self.assertEqual(changed(f"{rules}x\n", f"{rules}y\n").reload, ["one.service"])

    def test_what_does_not_run_is_left_alone(self) -> None:
        """So is a target."""
        old = {"off.service": unit("[Service]\nExecStart=x\n"), "multi-user.target": unit("")}
        new = {"off.service": unit("[Service]\nExecStart=y\n")}
        self.assertEqual(units.changes(old, new, {"multi-user.target"}).restart, [])

    def test_an_instance_without_its_own_part_is_stopped(self) -> None:
        """The template stays."""
        with tempfile.TemporaryDirectory() as folder:
            layers = [Path(folder) / name for name in ("old", "new")]
            for layer in layers:
                place = layer / "etc/systemd/system"
                place.mkdir(parents=True)
                (place / "tool@.service").write_text("[Service]\nExecStart=x\n")
            own = layers[0] / "etc/systemd/system/tool@a.service.d"
            own.mkdir()
            (own / "overrides.conf").write_text("[Service]\nEnvironment=A=1\n")
            old, new = (units.read(layer) for layer in layers)
        self.assertEqual(old["tool@a.service"]["Service"]["ExecStart"], ["x"])
        self.assertEqual(units.changes(old, new, ACTIVE).stop, ["tool@a.service"])


if __name__ == "__main__":
    unittest.main()
