"""The tree that machines share tells by itself whether its daemons are the pinned ones."""

import os
import tempfile
import unittest
from unittest import mock

from parts.cached import STAMP
from parts.machine_root import STATUS, WITHDRAWN, MachineRoot, versions_in

PACKAGE = """\
Package: {name}
Status: install ok installed
Depends: libc6 (>= 2.36),
 another (= 1)
Version: {version}
Description: something

"""


def status(coturn: str, root: MachineRoot) -> str:
    """Give what dpkg knows of a tree with this version of the relay."""
    versions = {one.name: f"{one.version}1" for one in root.pinned} | {"coturn": coturn}
    return "".join(PACKAGE.format(name=name, version=one) for name, one in versions.items())


class MachineRootIsPinned(unittest.TestCase):
    """A tree of files stands for the real one."""

    def test_another_version_is_not_installed(self) -> None:
        """A revision of Debian's is welcome, another upstream version is not."""
        with tempfile.TemporaryDirectory() as cache:
            with mock.patch.dict(os.environ, RAMPART_CACHE=cache):
                root = MachineRoot()
                file = root.folder / STATUS
                file.parent.mkdir(parents=True)
                (root.folder / STAMP).write_text(root._stamp())
                for version, is_good in {
                    "4.6.1-1": True,
                    "4.6.1-2+b1": True,
                    "4.7.0-1": False,
                }.items():
                    file.write_text(status(version, root))
                    self.assertEqual(versions_in(root.folder)["coturn"], version)
                    self.assertEqual(root.is_installed(), is_good, version)
                file.write_text(status("4.6.1-1", root).replace("redis-server", "another-one"))
                self.assertFalse(root.is_installed())

    def test_a_version_that_is_gone_is_named(self) -> None:
        """The words are apt's."""
        log = "Reading …\nE: Version '4.6.1-*' for 'coturn' was not found\nE: failed\n"
        self.assertEqual(WITHDRAWN.findall(log), [("4.6.1-*", "coturn")])


if __name__ == "__main__":
    unittest.main()
