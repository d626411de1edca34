"""Running one story's script against a set of machines."""

import os
import re
import unittest
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from driver.at_once import AtOnce
from driver.debug import Debug
from driver.durations import Duration
from driver.logger import Logger
from driver.machine import BaseMachine, NspawnMachine, QemuMachine
from driver.polling import Check, PollingCondition, PollingConditions
from driver.waiting import retry


class Driver:
    """The machines of a run, and what a script sees as globals."""

    def __init__(self, machines: Sequence[BaseMachine], logger: Logger) -> None:
        """Drive these machines."""
        self.machines = list(machines)
        self.logger = logger
        self.conditions = PollingConditions()
        for machine in self.machines:
            machine.before = self.conditions.look

    def start_all(self) -> None:
        """Boot all machines that are off, all at once."""
        with self.logger.nested("start all machines"):
            AtOnce(lambda machine: None if machine.is_up() else machine.start()).on(self.machines)

    def join_all(self) -> None:
        """Wait until all machines are off."""
        with self.logger.nested("wait for all machines to be off"):
            AtOnce(lambda machine: machine.wait_for_shutdown()).on(self.machines)

    @contextmanager
    def subtest(self, name: str) -> Iterator[None]:
        """Name a part of a story."""
        with self.logger.subtest(name):
            yield

    def check_polling_conditions(self) -> None:
        """Look at the conditions that are watched now."""
        self.conditions.look()

    def polling_condition(
        self,
        fun_: Check | None = None,
        *,
        seconds_interval: Duration | None = None,
        interval: Duration | None = None,
        description: str | None = None,
    ) -> PollingCondition | Callable[[Check], PollingCondition]:
        """Make a condition of a function, as decorator with or without arguments."""
        return self.conditions.polling_condition(
            fun_, seconds_interval=seconds_interval, interval=interval, description=description
        )

    def serial_stdout_on(self) -> None:
        """Do nothing: consoles are files, and `get_console_log` gives them."""

    def serial_stdout_off(self) -> None:
        """Do nothing, as `serial_stdout_on` does."""

    def symbols(self) -> dict[str, Any]:
        """Give the globals of a script."""
        general: dict[str, Any] = {
            "driver": self,
            "machines": self.machines,
            # Every story's machines are `nodes`, on NixOS virtual ones, whatever they are here.
            "machines_qemu": self.machines,
            "machines_nspawn": [],
            "start_all": self.start_all,
            "join_all": self.join_all,
            "subtest": self.subtest,
            "log": self.logger,
            "debug": Debug(),
            "retry": retry,
            "polling_condition": self.polling_condition,
            "serial_stdout_on": self.serial_stdout_on,
            "serial_stdout_off": self.serial_stdout_off,
            "t": unittest.TestCase(),
            "os": os,
            "BaseMachine": BaseMachine,
            "QemuMachine": QemuMachine,
            "NspawnMachine": NspawnMachine,
        }
        own = {variable(machine.name): machine for machine in self.machines}
        return {**general, **own}

    def run_scripts(self, *scripts: Path) -> None:
        """Run scripts to their ends, one after the other, with the same globals."""
        symbols = self.symbols()
        for script in scripts:
            exec(compile(script.read_text(), str(script), "exec"), symbols)


def variable(name: str) -> str:
    """Give the global's name of a machine: other characters become underscores."""
    word = re.sub(r"\W", "_", name)
    return word if not word[0].isdigit() else f"_{word}"
