"""`lab lint`: each story's script, linted and type-checked with its machines as globals.

Twice: against the lab's own driver, and, where a nixpkgs is in the cache, as the NixOS test
framework does when it builds a test (nixos/lib/testing/driver.nix): nixpkgs' own type hints in
front, then `ty`.
"""

import ast
import re
import shutil
from collections.abc import Sequence
from pathlib import Path
from subprocess import CompletedProcess

from commands.lab import EXAMPLE
from commands.run import FLEETS, STORIES, all_stories, own_fleet, scripts
from driver.errors import MachineError
from driver.story import variable
from emulation import stories
from fleet import rendered
from machines import host_commands, scratch
from network.plan import CLIENT
from parts import cache

LAB = Path(__file__).resolve().parents[1]
CONFIGURATION = LAB / "pyproject.toml"
# What `driver.story` gives to a script, for the type checker. As on NixOS, what is only in a list
# of all machines can do less than one with a name, and `os` is not known: a script imports it.
GLOBALS = """\
import unittest
from driver.debug import Debug as _Debug
from driver.logger import Logger as _Logger
from driver.machine import (
    BaseMachine as BaseMachine, NspawnMachine as NspawnMachine, QemuMachine as QemuMachine
)
from driver.story import Driver as _Driver
from driver.waiting import retry as retry
driver = _Driver([], _Logger())
machines: list[BaseMachine] = []
machines_qemu: list[QemuMachine] = []
machines_nspawn: list[NspawnMachine] = []
log, debug = driver.logger, _Debug()
start_all, join_all, subtest = driver.start_all, driver.join_all, driver.subtest
serial_stdout_on, serial_stdout_off = driver.serial_stdout_on, driver.serial_stdout_off
polling_condition = driver.polling_condition
t = unittest.TestCase()
"""
# A command that answers by its exit code alone: the story fails, and nobody sees what there was
# instead. As a condition inside a command it is fine.
SILENT = re.compile(
    r"(?<!until )(?<!while )(?<!if )"
    r"\b(?:[ef]?grep|cmp|diff|is-active|is-enabled|is-failed)\b"
    r"[^|;&\n]*? (?:-[a-zA-Z]*q[a-zA-Z]*\b|--quiet\b)"
)
# The fleet that a story's machines are of, in Nix; without a name it is the example.
NAMED = re.compile(r"fleet = \.\./\.\./fleets/([\w-]+)/hosts;")
# Of nixpkgs.
HINTS = "nixos/lib/test-script-prepend.py"
DRIVER = "nixos/lib/test-driver/src"


def lint(fleet: Path | None) -> int:
    """Check every story, with its own fleet or with this one; the code is 1 for a fault."""
    nixpkgs = nixpkgs_folder()
    for tool in ("ruff", "mypy", *(["ty"] if nixpkgs else [])):
        if shutil.which(tool) is None:
            raise MachineError(f"{tool}: not found")
    if nixpkgs is None:
        print(
            "skipped: stories against nixpkgs' own driver: no nixpkgs is in the cache", flush=True
        )
    every = [(story, machines_of(story, fleet or own_fleet(story))) for story in all_stories()]
    return 0 if all([check(story, machines, nixpkgs) for story, machines in every]) else 1


def nixpkgs_folder() -> Path | None:
    """Give the nixpkgs of the cache, if there is one."""
    folder = cache.root() / "nixpkgs"
    return folder if (folder / HINTS).exists() else None


def machines_of(story: str, fleet: Path) -> Sequence[str]:
    """Give the names of a story's machines."""
    own = stories.STORIES.get(story)
    return own.machines if own else [CLIENT, *(host.name for host in rendered.read(fleet))]


def check(story: str, machines: Sequence[str], nixpkgs: Path | None) -> bool:
    """Check one story and print what is wrong with it."""
    text = "".join(path.read_text() for path in scripts(story))
    done = [*against_the_lab(story, text, machines)]
    if nixpkgs is not None:
        done.append(against_nixpkgs(story, text, machines, nixpkgs))
    faults = [one.stdout for one in done if one.returncode != 0]
    faults += [f"{fault}\n" for fault in [*manners(scripts(story)), *two_fleets(story)]]
    print(f"story {story}: {'fine' if not faults else 'at fault'}")
    print("".join(faults), end="")
    return not faults


def manners(paths: Sequence[Path]) -> list[str]:
    """Give what a story owes its readers: values when it fails, and a control."""
    faults, controls = [], 0
    for path in paths:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Assert) and node.msg is None:
                place = f"{path.parent.name}/{path.name}:{node.lineno}"
                faults.append(f"{place}: an assert without the value that it saw")
            if isinstance(node, ast.Constant | ast.JoinedStr) and (
                found := SILENT.search(_text(node))
            ):
                place = f"{path.parent.name}/{path.name}:{node.lineno}"
                faults.append(f"{place}: `{found[0]}` says nothing when it fails")
            controls += isinstance(node, ast.Call) and _is_control(node)
    # A text with values in it is seen as a whole, and in its pieces.
    faults = list(dict.fromkeys(faults))
    return faults if controls else [*faults, "no subtest begins with `control: `"]


def two_fleets(story: str) -> list[str]:
    """Give what is wrong when Nix has the story on another fleet than the lab."""
    named = NAMED.search((STORIES / story / "default.nix").read_text())
    own, theirs = own_fleet(story), FLEETS / named[1] / "hosts" if named else EXAMPLE
    return [] if own == theirs else [f"the lab has it on {own}, Nix on {theirs}"]


def _text(node: ast.Constant | ast.JoinedStr) -> str:
    """Give a text of a script, with one character for each value that is put into it."""
    if isinstance(node, ast.JoinedStr):
        pieces = (_text(one) if isinstance(one, ast.Constant) else "…" for one in node.values)
        return "".join(pieces)
    return node.value if isinstance(node.value, str) else ""


def _is_control(call: ast.Call) -> bool:
    is_subtest = isinstance(call.func, ast.Name) and call.func.id == "subtest" and call.args
    return bool(is_subtest) and ast.unparse(call.args[0]).lstrip("f")[1:].startswith("control: ")


def against_the_lab(
    story: str, text: str, machines: Sequence[str]
) -> Sequence[CompletedProcess[str]]:
    """Check a story's text with the lab's driver."""
    named = "".join(f"{variable(name)}: QemuMachine = machines_qemu[0]\n" for name in machines)
    with scratch.folder() as folder:
        whole = folder / f"{variable(story)}.py"
        whole.write_text(GLOBALS + named + text)
        ruff = host_commands.attempt("ruff", "check", "--isolated", "--select=F", whole)
        options = (f"--config-file={CONFIGURATION}", f"--cache-dir={folder}/cache")
        return ruff, host_commands.attempt("mypy", *options, whole, limit=300)


def against_nixpkgs(
    story: str, text: str, machines: Sequence[str], nixpkgs: Path
) -> CompletedProcess[str]:
    """Check a story's text as NixOS does."""
    hints = (nixpkgs / HINTS).read_text()
    named = "".join(f"{variable(name)} = create_fake_qemu_machine()\n" for name in machines)
    with scratch.folder() as folder:
        whole = folder / f"{variable(story)}.py"
        whole.write_text(f"{hints}\n{named}{text}")
        return host_commands.attempt(
            *("ty", "check", "--project", folder, "--output-format=concise"),
            *("--extra-search-path", nixpkgs / DRIVER, whole),
        )
