"""What `lab down` does where a command was killed half-way; nothing of this host is touched."""

import fcntl
import os
import shutil
import subprocess
import tempfile
import unittest
from collections.abc import Callable
from pathlib import Path
from unittest import mock

from commands import down, traces
from driver.errors import MachineError
from machines import claim, limits, scratch, tree
from machines.place import MARK, Place


class Killed(unittest.TestCase):
    """Folders of a test stand for those of this host."""

    def setUp(self) -> None:
        """Make them."""
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.top = Path(folder.name)
        self.put(scratch, "MEMORY", self.top / "memory")
        self.put(scratch, "DISK", self.top / "disk")
        self.put(claim, "LOCKS", self.top / "locks")
        for name in ("memory", "disk", "locks", "run"):
            (self.top / name).mkdir()
        self.put(limits, "BEFORE", self.top / "before")
        self.put(limits, "LIMIT", self.top / "limit")
        self.put(limits, "LOCKED", self.top)
        self.put(traces, "deaf_to_interrupts", lambda: None)
        self.put(traces, "places", list[Place])

    def put(self, module: object, name: str, value: object) -> None:
        """Put something in the place of a name until the test ends."""
        patch = mock.patch.object(module, name, value)
        patch.start()
        self.addCleanup(patch.stop)

    def down(self) -> None:
        """Take everything down, though no lab is there."""
        with mock.patch("builtins.print"):
            self.assertEqual(down.down(None), 0)

    def test_folders_of_dead_processes_go_and_those_of_living_ones_stay(self) -> None:
        """Whose they are is in their names."""
        ended = subprocess.Popen(["true"])
        ended.wait()
        dead = scratch.MEMORY / f"{MARK}scratch-{ended.pid}-a"
        (dead / "upper").mkdir(parents=True)
        with scratch.folder(scratch.DISK) as living:
            self.assertEqual(scratch.left(), [dead])
            self.down()
            self.assertTrue(living.exists())
        self.assertEqual([*scratch.MEMORY.iterdir(), *scratch.DISK.iterdir()], [])

    def test_files_of_free_locks_go_and_those_of_held_ones_stay(self) -> None:
        """The kernel frees the lock of whoever dies, but deletes no file."""
        free, held = (claim.LOCKS / f"{MARK}{number}" for number in (901, 902))
        free.touch()
        handle = os.open(held, os.O_RDWR | os.O_CREAT)
        self.addCleanup(os.close, handle)
        fcntl.flock(handle, fcntl.LOCK_EX)
        self.down()
        self.assertEqual([*claim.LOCKS.iterdir()], [held])

    def test_the_limit_is_put_back_when_no_folder_tells_of_a_lab(self) -> None:
        """The command was killed after it had deleted the folder."""
        limits.BEFORE.write_text("128\n")
        limits.LIMIT.write_text("524288\n")
        self.down()
        self.assertEqual((limits.LIMIT.read_text(), limits.BEFORE.exists()), ("128\n", False))

    def test_one_busy_mount_does_not_keep_the_rest(self) -> None:
        """Mounts, then what comes after them; no folder is deleted through a mount."""
        busy, other = "/busy", "/other"
        points = [busy, other]
        gone: list[str] = []

        def unmount(point: Path) -> None:
            if str(point) == busy:
                raise MachineError("umount: target is busy")
            points.remove(str(point))

        def noted(name: str) -> Callable[..., None]:
            return lambda *_, **__: gone.append(name)

        limits.BEFORE.write_text("128\n")
        limits.LIMIT.write_text("524288\n")
        self.put(traces, "mounts", lambda _: list(points))
        self.put(tree, "unmount", unmount)
        self.put(shutil, "rmtree", noted("folder"))
        with mock.patch("builtins.print") as said:
            traces.remove(Place(63))
        self.assertEqual((points, gone), ([busy], []))
        self.assertIn("busy", str(said.call_args_list))
        self.assertEqual(limits.LIMIT.read_text(), "128\n")


if __name__ == "__main__":
    unittest.main()
