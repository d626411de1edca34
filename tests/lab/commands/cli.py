"""The command line of the lab."""

import argparse
import os
import signal
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from commands import browser, chosen, down, lint, pool, run, shell, soak, status, traces, up
from commands.lab import EXAMPLE
from driver.errors import MachineError
from driver.logger import Logger
from edges.run import edges
from machines import claim
from machines.place import Place
from machines.refusal import refusal
from measure import guests
from measure.density import density
from measure.faults import faults
from measure.run import measure

INTERRUPTED = 130


def main(arguments: Sequence[str]) -> int:
    """Do what the command line says and give the exit code."""
    options = parser().parse_args(arguments)
    if options.command != "lint" and (why := refusal()):
        skipped = options.command == "run" and bool(os.environ.get("CI"))
        print(f"lab skipped: {why}" if skipped else why, file=sys.stderr)
        return 0 if skipped else 2
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, interrupt)
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
    state = command("status", "what runs, and what is not well")
    which(state)
    state.add_argument("--units", action="store_true", help="and the memory of each unit")
    inside = command("shell", "a shell in a machine, or one command")
    which(inside)
    inside.add_argument("host", metavar="HOST")
    inside.add_argument("words", nargs=argparse.REMAINDER, metavar="COMMAND")
    journal = command("logs", "a machine's journal")
    which(journal)
    journal.add_argument("host", metavar="HOST")
    journal.add_argument("units", nargs="*", metavar="UNIT")
    journal.add_argument("-f", "--follow", action="store_true", help="wait for more")
    window = command("browser", "Chromium, as somebody on the internet of the lab")
    which(window)
    window.add_argument("url", nargs="?", metavar="URL")
    window.add_argument("--picture", type=Path, metavar="FILE", help="save a picture instead")
    window.add_argument("--size", default="1000x700", metavar="WxH", help="of the picture")
    window.add_argument("--dark", action="store_true", help="the picture in dark colours")
    stories = command("run", "run stories of tests/vm; all, when none is named")
    stories.add_argument("stories", nargs="*", metavar="STORY")
    stories.add_argument("--fleet", type=Path, help="default: each story's own")
    stories.add_argument("--keep", action="store_true", help="leave the lab up afterwards")
    stories.add_argument(
        "--lab", type=int, metavar="N", help="in this lab, which is up, instead of new ones"
    )
    how_many(stories)
    unit_source(stories)
    soak_command = command("soak", "run stories many times; a table at the end")
    soak_command.add_argument("stories", nargs="*", metavar="STORY")
    soak_command.add_argument("times", type=positive, metavar="N")
    soak_command.add_argument("--fleet", type=Path, help="default: each story's own")
    unit_source(soak_command)
    how_many(soak_command)
    command("possible", "whether a lab can run on this machine, and why not")
    checks = command("lint", "lint and type-check all stories")
    checks.add_argument("fleet", nargs="?", type=Path, metavar="FLEET")
    figures = command(
        "measure", "measure calls across the world; `cargo xtask bench-media` shows them"
    )
    figures.add_argument("--rounds", type=positive, default=3)
    figures.add_argument("--seconds", type=positive, default=20, help="of each call")
    figures.add_argument("--out", type=Path, required=True, metavar="FILE")
    crowd = command("density", "how many people a media server carries, and what an idle one takes")
    crowd.add_argument("--seconds", type=positive, default=15, help="of each level")
    crowd.add_argument("--most", type=positive, default=32, help="calls of four")
    crowd.add_argument("--out", type=Path, required=True, metavar="FILE")
    letting_in = command(
        "measure-guests", "measure bot, page and memory; `cargo xtask bench-dmz` shows them"
    )
    letting_in.add_argument("--orders", type=positive, default=60)
    letting_in.add_argument("--seconds", type=positive, default=7, help="of each of three rounds")
    letting_in.add_argument("--out", type=Path, required=True, metavar="FILE")
    broken = command("faults", "what people in a call notice when something breaks")
    broken.add_argument("--only", default="", metavar="WORD", help="those with this in their name")
    broken.add_argument("--out", type=Path, required=True, metavar="FILE")
    growing = command("edges", "edges are added, drained and removed while people talk")
    growing.add_argument(
        "--out", type=Path, metavar="FILE", help="what was done and heard, as JSON"
    )
    growing.add_argument(
        "--only", action="append", metavar="WORD", help="those with this in their name; repeatable"
    )
    unit_source(growing)
    away = command("down", "take everything down; nothing is left")
    away.add_argument("--lab", type=int, metavar="N", help="only this one")
    return top


def which(command: argparse.ArgumentParser) -> None:
    """Add the choice between labs."""
    command.add_argument("--lab", type=int, metavar="N", help="which one, when several are up")


def unit_source(command: argparse.ArgumentParser) -> None:
    """Add the choice between unit files."""
    command.add_argument(
        "--units",
        choices=("rendered", "evaluated"),
        default="rendered",
        help="the lab's own unit files, or those that NixOS evaluates",
    )


def how_many(command: argparse.ArgumentParser) -> None:
    """Add the number of runs at once."""
    command.add_argument(
        "--jobs",
        type=positive,
        metavar="N",
        help="labs at once; default: one more than cores, as far as memory goes",
    )


def positive(text: str) -> int:
    """Read a number that is at least one."""
    number = int(text)
    if number < 1:
        raise ValueError(text)
    return number


def dispatch(options: argparse.Namespace, logger: Logger) -> int:
    """Call the command."""
    commands: dict[str, Callable[[], int]] = {
        "up": lambda: bring_up(options.fleet.absolute(), logger),
        "run": lambda: stories(options, logger),
        "soak": lambda: many_times(options, logger),
        "down": lambda: down.down(options.lab),
        "measure": lambda: in_own_lab(
            lambda own: measure(own, options.rounds, options.seconds, options.out, logger)
        ),
        "density": lambda: in_own_lab(
            lambda own: density(own, options.seconds, options.most, options.out, logger)
        ),
        "measure-guests": lambda: in_own_lab(
            lambda own: guests.measure(own, options.orders, options.seconds, options.out, logger)
        ),
        "faults": lambda: in_own_lab(lambda own: faults(own, options.only, options.out, logger)),
        "edges": lambda: in_own_lab(
            lambda own: edges(own, options.only or [""], options.units, options.out, logger)
        ),
        # Whoever asks on a machine that cannot is answered before any command.
        "possible": lambda: 0,
        "lint": lambda: lint.lint(options.fleet and options.fleet.absolute()),
        "status": lambda: status.status(options.lab, options.units, logger),
        "shell": lambda: shell.shell(chosen.one(options.lab), options.host, options.words, logger),
        "browser": lambda: browser.browser(
            chosen.one(options.lab), options.url, picture(options), logger
        ),
        "logs": lambda: shell.logs(
            chosen.one(options.lab), options.host, options.units, options.follow, logger
        ),
    }
    return commands[options.command]()


def stories(options: argparse.Namespace, logger: Logger) -> int:
    """Run stories."""
    place = None if options.lab is None else chosen.one(options.lab)
    return run.run(replace(wanted(options), keep=options.keep, place=place), jobs(options), logger)


def many_times(options: argparse.Namespace, logger: Logger) -> int:
    """Run stories again and again."""
    return soak.soak(wanted(options), options.times, jobs(options), logger)


def wanted(options: argparse.Namespace) -> run.Wanted:
    """Give what the command line says of stories."""
    names = tuple(options.stories) or run.all_stories()
    fleet = options.fleet and options.fleet.absolute()
    return run.Wanted(names, fleet, units=options.units)


def jobs(options: argparse.Namespace) -> int:
    """Give how many labs may be up at once."""
    return options.jobs or pool.fitting()


def bring_up(fleet: Path, logger: Logger) -> int:
    """Bring one lab up, and take it down again if it does not come up."""
    for other in chosen.up():
        logger.log(f"lab {other.number} is up, too")
    with claim.new() as own:
        try:
            return up.up(own, fleet, logger)
        except BaseException:
            down.away(own)
            raise


def in_own_lab(work: Callable[[Place], int]) -> int:
    """Work in a lab that is made for it."""
    with claim.new() as own:
        try:
            return work(own)
        finally:
            down.away(own)


def interrupt(number: int, frame: object) -> None:
    """Stop once; what is cleaned up after that is not disturbed by a second signal."""
    del number, frame
    traces.deaf_to_interrupts()
    raise KeyboardInterrupt


def picture(options: argparse.Namespace) -> browser.Picture | None:
    """Give the picture that is wanted instead of a window."""
    if options.picture is None:
        return None
    return browser.Picture(options.picture, options.size, options.dark)
