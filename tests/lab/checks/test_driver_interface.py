"""The lab's driver offers a script what NixOS' does, but for one reviewed list, and no more."""

import ast
import re
import unittest
from pathlib import Path

from commands import lint
from driver.logger import Logger
from driver.not_offered import NOT_OFFERED
from driver.story import Driver
from parts import cache

OURS = Path(__file__).resolve().parents[1] / "driver"
THEIRS = cache.root() / "nixpkgs/nixos/lib/test-driver/src/test_driver"
# Class of theirs → file of theirs, file of ours, class of ours. What every machine can do, one with
# a name can, too.
CLASSES = {
    "BaseMachine": ("machine/__init__.py", "machine.py", "BaseMachine"),
    "QemuMachine": ("machine/__init__.py", "machine.py", "QemuMachine"),
    "NspawnMachine": ("machine/__init__.py", "machine.py", "NspawnMachine"),
    "Driver": ("driver.py", "story.py", "Driver"),
    "AbstractLogger": ("logger.py", "logger.py", "Logger"),
}
BASE = "BaseMachine"
# Public in our classes for the lab itself; a script that used them would not run on NixOS, which
# the type check against nixpkgs' own driver refuses.
OWN = {"Driver": {"symbols", "run_scripts"}}
# Theirs take any words and leave them to Python's logging.
ANY_WORDS = {"debug", "info", "warning", "error", "log_test_error"}

Methods = dict[str, list[str]]


def methods(source: Path, name: str) -> Methods:
    """Give the public methods of a class, and the names of their parameters."""
    for node in ast.parse(source.read_text()).body:
        if isinstance(node, ast.ClassDef) and node.name == name:
            return {
                one.name: [argument.arg for argument in one.args.args]
                for one in node.body
                if isinstance(one, ast.FunctionDef) and is_public(one)
            } | aliases(node)
    raise AssertionError(f"{source} has no class {name}")


def is_public(method: ast.FunctionDef) -> bool:
    """Leave out what is private, and what is no method."""
    words = {ast.unparse(one) for one in method.decorator_list}
    return not method.name.startswith("_") and "property" not in words


def aliases(node: ast.ClassDef) -> Methods:
    """Give methods that are another one by a second name."""
    given = (one for one in node.body if isinstance(one, ast.Assign))
    return {
        target.id: []
        for one in given
        if isinstance(one.value, ast.Name)
        for target in one.targets
        if isinstance(target, ast.Name) and not target.id.startswith("_")
    }


def their_globals(source: Path) -> set[str]:
    """Give the names that their `test_symbols` gives to a script."""
    tree = ast.parse(source.read_text())
    (function,) = (
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and node.name == "test_symbols"
    )
    calls = [node for node in ast.walk(function) if isinstance(node, ast.Call)]
    given = [one for one in calls if isinstance(one.func, ast.Name) and one.func.id == "dict"]
    words = {keyword.arg for one in given for keyword in one.keywords if keyword.arg}
    text = ast.unparse(function)
    words |= set(re.findall(r"machine_symbols\['(\w+)'\]", text))
    return words | set(re.findall(r"f'(\w+)\{v\.nr\}': ", text))


def checked_globals() -> set[str]:
    """Give the names that the type check gives to a script."""
    found = set()
    for node in ast.parse(lint.GLOBALS).body:
        for inner in ast.walk(node):
            if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Store):
                found.add(inner.id)
            if isinstance(inner, ast.alias):
                found.add(inner.asname or inner.name)
    return {name for name in found if not name.startswith("_") and name != "unittest"}


class Globals(unittest.TestCase):
    """What a script has by name."""

    def test_the_type_check_knows_the_globals_of_a_run(self) -> None:
        """Both are lists of this repository; of `os` NixOS' type check knows nothing, either."""
        self.assertEqual(checked_globals() | {"os"}, set(Driver([], Logger()).symbols()))


@unittest.skipUnless(THEIRS.exists(), "no nixpkgs is in the cache")
class Interface(unittest.TestCase):
    """Compared with the nixpkgs of the cache, which is the pinned one."""

    def known(self, kind: str, which: int) -> Methods:
        """Give what a script can call of a class: of theirs (0) or of ours (1)."""
        folder = (THEIRS, OURS)[which]
        name = (kind, CLASSES[kind][2])[which]
        own = methods(folder / CLASSES[kind][which], name)
        if kind in ("QemuMachine", "NspawnMachine"):
            return self.known(BASE, which) | own
        return own

    def test_nothing_is_invented(self) -> None:
        """Each method is there for the same class, with parameters of the same names."""
        for kind in CLASSES:
            theirs, ours = self.known(kind, 0), self.known(kind, 1)
            for name in ours.keys() - OWN.get(kind, set()):
                with self.subTest(f"{kind}.{name}"):
                    self.assertIn(name, theirs)
                    if name not in ANY_WORDS:
                        self.assertEqual(ours[name], theirs[name])

    def test_nothing_is_missing_but_what_is_listed(self) -> None:
        """What theirs has and ours has not is in the list, and the list has nothing else."""
        for kind in CLASSES:
            missing = self.known(kind, 0).keys() - self.known(kind, 1).keys()
            listed = set(NOT_OFFERED.get(kind, {}))
            if kind in ("QemuMachine", "NspawnMachine"):
                listed = {*listed, *NOT_OFFERED[BASE]}
            with self.subTest(kind):
                self.assertEqual(sorted(missing), sorted(listed))

    def test_globals(self) -> None:
        """The same for global names."""
        theirs, ours = their_globals(THEIRS / "driver.py"), set(Driver([], Logger()).symbols())
        self.assertEqual(ours - theirs, set())
        self.assertEqual(sorted(theirs - ours), sorted(NOT_OFFERED["globals"]))


if __name__ == "__main__":
    unittest.main()
