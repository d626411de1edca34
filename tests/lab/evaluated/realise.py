"""Realising what is text: the build commands of such derivations run here, by this host's bash.

They see this host's store with the results over it, and no network. A package is a folder of links
to programs. Results are kept in a folder that machines see as their store; a path's hash names its
content, so it is made once.
"""

import itertools
import json
import os
import re
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Mapping
from pathlib import Path

from evaluated import programs
from evaluated.derivation import STORE, Derivation
from machines import scratch

NAME = r"[0-9a-z]{32}-[0-9A-Za-z+._?=-]+"
REFERENCE = re.compile(rf"{STORE}/({NAME})((?:/[^\s\"'`:;,()<>|&{{}}\\]*)?)")
LIMIT = 60
# One at a time: several hosts need the same paths.
AT_WORK = threading.Lock()
# Sources of programs may be referred to by text; nobody reads a large one at run time.
LARGEST = 8 * 1024 * 1024
LAB = Path(__file__).resolve().parents[1]
SEARCHED = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
SCRIPT = """
runHook() { :; }
patchShebangs() { :; }
cd "$NIX_BUILD_TOP"
eval "$(< "$NIX_BUILD_TOP/.commands")"
"""


class Realiser:
    """A folder that becomes the store of machines."""

    def __init__(
        self, folder: Path, makers: dict[str, Derivation], own: Mapping[str, Path]
    ) -> None:
        """Fill a folder; `makers` tells whose output a path is, `own` where our programs are."""
        self.folder = folder
        self.makers = makers
        self.own = own
        self.failures: dict[str, str] = {}
        self._begun: set[str] = set()
        outputs: dict[str, list[str]] = {}
        for path, maker in makers.items():
            outputs.setdefault(maker.path, []).append(Path(path).name)
        self._outputs = outputs

    def realise(self, text: str) -> None:
        """Make everything that a text refers to, and what that refers to."""
        todo = names(text)
        with AT_WORK, scratch.folder(scratch.MEMORY) as folder:
            while todo:
                name = todo.pop()
                if name not in self._begun:
                    self._make(name, folder)
                    todo |= names_in(self.folder / name)

    def _make(self, name: str, space: Path) -> None:
        self._begun.add(name)
        target, maker = self.folder / name, self.makers.get(f"{STORE}/{name}")
        if os.path.lexists(target):
            return
        if maker is None:
            self._copy(name)
        elif maker.commands is None:
            programs.package(target)
        else:
            inputs = (self._outputs.get(path, []) for path in maker.inputs)
            for needed in itertools.chain.from_iterable(inputs):
                if needed not in self._begun:
                    self._make(needed, space)
            self._run(maker, space)

    def _copy(self, name: str) -> None:
        source = STORE / name
        if not source.exists():
            self.failures[name] = "nobody makes it"
        elif size(source) > LARGEST:
            self.failures[name] = "a source tree"
        elif source.is_dir():
            shutil.copytree(source, self.folder / name, symlinks=True)
        else:
            shutil.copy2(source, self.folder / name)

    def _run(self, derivation: Derivation, space: Path) -> None:
        """Run the commands; nothing is kept of a failure."""
        upper, work = space / "upper", space / "work"
        build = Path(tempfile.mkdtemp(dir=space, prefix="build-"))
        for folder in (upper, work):
            folder.mkdir(exist_ok=True)
        layers = f"lowerdir={self.folder}:{STORE},upperdir={upper},workdir={work}"
        ours = [f"ln -s {path} {programs.INSIDE}/{name}" for name, path in self.own.items()]
        prepare = [
            f"mount -t overlay rampart-lab -o {layers} {STORE}",
            *("mount -t tmpfs rampart-lab /opt", f"mkdir -p {programs.INSIDE}", *ours),
        ]
        enter = " && ".join([*prepare, f"exec bash -e -c '{SCRIPT}'"])
        done = subprocess.run(
            ["unshare", "--mount", "--net", "bash", "-c", enter],
            env=environment(derivation, build),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=LIMIT,
            check=False,
        )
        for path in derivation.outputs.values():
            made = upper / Path(path).name
            if done.returncode == 0 and os.path.lexists(made):
                _put(made, self.folder / made.name)
            else:
                last = (done.stderr or done.stdout).strip().splitlines()[-1:]
                self.failures[made.name] = "".join(last) or "its commands fail here"
                if os.path.lexists(made):
                    subprocess.run(["rm", "-rf", made], check=True)


def _put(made: Path, target: Path) -> None:
    """Let a result appear as a whole."""
    part = target.with_name(f".part-{target.name}")
    shutil.move(made, part)
    part.rename(target)


def environment(derivation: Derivation, build: Path) -> dict[str, str]:
    """Give a build's environment, as Nix does, with this host's programs in the search path."""
    own = derivation.structured or derivation.environment
    words = {name: value for name, value in own.items() if isinstance(value, str)}
    (build / ".commands").write_text(derivation.commands or "")
    if derivation.structured is not None:
        attributes = build / ".attrs.json"
        attributes.write_text(json.dumps(derivation.structured))
        words["NIX_ATTRS_JSON_FILE"] = str(attributes)
    else:
        for name in words.get("passAsFile", "").split():
            file = build / f".attr-{name}"
            file.write_text(words.pop(name))
            words[f"{name}Path"] = str(file)
    return {
        **{name: value for name, value in words.items() if name.isidentifier()},
        **derivation.outputs,
        "NIX_BUILD_TOP": str(build),
        "TMPDIR": str(build),
        "HOME": "/homeless-shelter",
        "PATH": f"{LAB / 'evaluated' / 'tools'}:{SEARCHED}",
        "PYTHONPATH": str(LAB),
        "PYTHONDONTWRITEBYTECODE": "1",
    }


def size(tree: Path) -> int:
    """Give the size of a file or tree."""
    if tree.is_file():
        return tree.stat().st_size
    return sum(path.lstat().st_size for path in tree.rglob("*"))


def names(text: str) -> set[str]:
    """Give the names of all store paths in a text."""
    return {match.group(1) for match in REFERENCE.finditer(text)}


def names_in(tree: Path) -> set[str]:
    """Give the names of all store paths in a file or tree, links included."""
    paths = [tree, *tree.rglob("*")] if tree.is_dir() and not tree.is_symlink() else [tree]
    found: set[str] = set()
    for path in paths:
        if path.is_symlink():
            found |= names(os.readlink(path))
        elif path.is_file():
            found |= names(path.read_text(errors="replace"))
    return found
