"""The command line of the installer."""

import argparse
import signal
import sys
import time
from collections.abc import Sequence

from parts import cache
from parts.catalogue import PARTS
from parts.part import InstallError, Line, Part


def main(arguments: Sequence[str]) -> int:
    """Do what the command line says and give the exit code."""
    options = parse(arguments)
    chosen = [part for part in PARTS if is_chosen(part, options.parts)]
    if options.list:
        return show([part for part in PARTS if not options.parts or part in chosen])
    if options.check:
        return check(chosen)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)
    try:
        return install(chosen)
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return 130


def is_chosen(part: Part, named: Sequence[str]) -> bool:
    """Tell whether a part is to be there: a named one, or, without names, what stories need."""
    return part.name in named if named else not part.on_request


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """Read the command line; a wrong one ends the program with code 2."""
    names = [part.name for part in PARTS]
    asked = [part.name for part in PARTS if part.on_request]
    parser = argparse.ArgumentParser(
        prog="tests/lab/install",
        description="Install the real daemons of the lab from the package registries.",
        epilog=f"Parts: {', '.join(names)}. Only when named: {', '.join(asked)}, which no story "
        "needs, but `cargo xtask bench-media`. The cache is RAMPART_CACHE or ~/.cache/rampart.",
    )
    mode = parser.add_mutually_exclusive_group()
    mode.add_argument("--list", action="store_true", help="show each part and its state")
    mode.add_argument("--check", action="store_true", help="exit 1 when a part is missing")
    parser.add_argument(
        "parts", nargs="*", metavar="PART", help="only these (default: what stories need)"
    )
    options = parser.parse_args(arguments)
    unknown = sorted(set(options.parts) - set(names))
    if unknown:
        parser.error(f"unknown part {', '.join(unknown)}; there are {', '.join(names)}")
    return options


def show(parts: Sequence[Part]) -> int:
    """Print one line for each part."""
    for part in parts:
        state = "installed" if part.is_installed() else "missing"
        print(f"{part.name:13} {part.version:9} {state}")
    return 0


def check(parts: Sequence[Part]) -> int:
    """Print what is missing; that makes the exit code 1."""
    absent = [part for part in parts if not part.is_installed()]
    for part in absent:
        print(f"missing: {part.name} {part.version}", file=sys.stderr)
    return 1 if absent else 0


def install(parts: Sequence[Part]) -> int:
    """Install each part, failures notwithstanding, and print the table of what is there."""
    results = [attempt(part) for part in parts]
    lines = [line for part in parts if part.is_installed() for line in part.lines()]
    if lines:
        print_table(lines)
    return 0 if all(results) else 1


def attempt(part: Part) -> bool:
    """Install one part unless it is there; tell how it went and how long it took."""
    title = f"{part.name} {part.version}"
    start = time.monotonic()
    try:
        with cache.locked(part.name):
            done = bring_in(part, title)
    except (InstallError, OSError) as error:
        print(f"{title}: failed after {time.monotonic() - start:.1f} s: {error}", file=sys.stderr)
        return False
    print(f"{title}: {done} ({time.monotonic() - start:.1f} s)", flush=True)
    return True


def bring_in(part: Part, title: str) -> str:
    """Install a part if needed and say which of the two it was."""
    for path in part.leftovers():
        path.unlink()
    if part.is_installed():
        return "already there"
    print(f"{title}: installing …", flush=True)
    part.install()
    if not part.is_installed():
        raise InstallError("the installation ended well, but the part is not there")
    return "installed"


def print_table(lines: Sequence[Line]) -> None:
    """Print part, version, licence and path in columns."""
    rows = [("part", "version", "licence", "path")]
    rows += [(line.part, line.version, line.licence, str(line.path)) for line in lines]
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    print()
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, [*widths, 0], strict=True)))
