"""What a story can see of the lab's driver is nothing that NixOS' driver does not have."""

import ast
import unittest
from pathlib import Path

from parts import cache

OURS = Path(__file__).resolve().parents[1] / "driver" / "machine.py"
THEIRS = "nixos/lib/test-driver/src/test_driver/machine/__init__.py"


def offered(source: Path) -> dict[str, dict[str, list[str]]]:
    """Give the public methods of each class, and the names of their parameters."""
    found: dict[str, dict[str, list[str]]] = {}
    for node in ast.parse(source.read_text()).body:
        if isinstance(node, ast.ClassDef):
            methods = [one for one in node.body if isinstance(one, ast.FunctionDef)]
            found[node.name] = {
                one.name: [argument.arg for argument in one.args.args]
                for one in methods
                if not one.name.startswith("_")
            }
    return found


class Interface(unittest.TestCase):
    """Compared with the nixpkgs of the cache, which is the pinned one."""

    def test_nothing_is_invented(self) -> None:
        """Each method is there for the same kind of machine, with parameters of the same names."""
        theirs_file = cache.root() / "nixpkgs" / THEIRS
        if not theirs_file.exists():
            self.skipTest("no nixpkgs is in the cache")
        ours, theirs = offered(OURS), offered(theirs_file)
        for kind in ("BaseMachine", "QemuMachine"):
            # What every machine can do, one with a name can, too.
            known = theirs["BaseMachine"] | (theirs[kind] if kind != "BaseMachine" else {})
            for name, arguments in ours[kind].items():
                with self.subTest(f"{kind}.{name}"):
                    self.assertIn(name, known)
                    self.assertEqual(arguments, known[name][: len(arguments)])
