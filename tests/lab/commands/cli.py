"""The command line of the lab."""

import argparse
import fcntl
import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from commands import down, lint, run, shell, status, up
from commands.lab import EXAMPLE
from driver.errors import MachineError
from driver.logger import Logger
from machines import place

LOCK = Path("/run/lock/rampart-lab")
INTERRUPTED = 130


def main(arguments: Sequence[str]) -> int:
    """Do what the command line says and give the exit code."""
    options = parser().parse_args(arguments)
    refusal = place.refusal()
    if refusal and options.command != "lint":
        skipped = options.command == "run" and bool(os.environ.get("CI"))
        print(f"lab skipped: {refusal}" if skipped else refusal, file=sys.stderr)
        return 0 if skipped else 2
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    signal.signal(signal.SIGHUP, signal.default_int_handler)
    logger = Logger()
    try:
        return dispatch(options, logger)
    except (MachineError, OSError) as error:
        logger.error(str(error))
        return 2
    except KeyboardInterrupt:
        logger.error("interrupted")
        return INTERRUPTED


def parser() -> argparse.ArgumentParser:
    """Describe the command line."""
    top = argparse.ArgumentParser(
        prog="cargo xtask lab",
        description="The whole fleet on this machine, on real daemons, in containers.",
    )
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def command(name: str, help: str) -> argparse.ArgumentParser:
        return commands.add_parser(name, help=help, description=help)

    bring = command("up", "bring a fleet up, and leave it running")
    bring.add_argument("fleet", nargs="?", type=Path, default=EXAMPLE, metavar="FLEET")
    command("status", "what runs, and what is not well")
    inside = command("shell", "a shell in a machine, or one command")
    inside.add_argument("host", metavar="HOST")
    inside.add_argument("words", nargs=argparse.REMAINDER, metavar="COMMAND")
    journal = command("logs", "a machine's journal")
    journal.add_argument("host", metavar="HOST")
    journal.add_argument("units", nargs="*", metavar="UNIT")
    journal.add_argument("-f", "--follow", action="store_true", help="wait for more")
    stories = command("run", "run stories of tests/vm; all, when none is named")
    stories.add_argument("stories", nargs="*", metavar="STORY")
    stories.add_argument("--fleet", type=Path, default=EXAMPLE, help="default: hosts")
    stories.add_argument("--keep", action="store_true", help="leave the lab up afterwards")
    stories.add_argument(
        "--units",
        choices=("rendered", "evaluated"),
        default="rendered",
        help="the lab's own unit files, or those that NixOS evaluates",
    )
    checks = command("lint", "lint and type-check all stories")
    checks.add_argument("fleet", nargs="?", type=Path, default=EXAMPLE, metavar="FLEET")
    command("down", "take everything down; nothing is left")
    return top


def dispatch(options: argparse.Namespace, logger: Logger) -> int:
    """Call the command."""
    alone: dict[str, Callable[[], int]] = {
        "up": lambda: kept_or_gone(lambda: up.up(options.fleet.absolute(), logger)),
        "run": lambda: stories(options, logger),
        "down": down.down,
    }
    beside: dict[str, Callable[[], int]] = {
        "lint": lambda: lint.lint(options.fleet.absolute()),
        "status": lambda: status.status(logger),
        "shell": lambda: shell.shell(options.host, options.words, logger),
        "logs": lambda: shell.logs(options.host, options.units, options.follow, logger),
    }
    if options.command in beside:
        return beside[options.command]()
    with one_at_a_time():
        return alone[options.command]()


def stories(options: argparse.Namespace, logger: Logger) -> int:
    """Run stories, once their unit source exists."""
    if options.units == "evaluated":
        raise MachineError("--units evaluated is not there yet")
    return run.run(options.stories, options.fleet.absolute(), options.keep, logger)


def kept_or_gone(work: Callable[[], int]) -> int:
    """Take a lab down that did not come up."""
    was_there = place.is_there()
    try:
        return work()
    except BaseException:
        if not was_there:
            down.down(quiet=True)
        raise


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Refuse to work beside another command that changes the lab."""
    LOCK.parent.mkdir(parents=True, exist_ok=True)
    with LOCK.open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise MachineError("another lab command is at work") from error
        yield
