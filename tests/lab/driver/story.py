"""Running one story's script against a set of machines."""

import os
import re
import unittest
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from driver.at_once import AtOnce
from driver.logger import Logger
from driver.machine import BaseMachine
from driver.polling import PollingConditions
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

    def symbols(self) -> dict[str, Any]:
        """Give the globals of a script."""
        general: dict[str, Any] = {
            "driver": self,
            "machines": self.machines,
            # Every story's machines are `nodes`, on NixOS virtual ones, whatever they are here.
            "machines_qemu": self.machines,
            "machines_nspawn": [],
            "vlans": [],
            "start_all": self.start_all,
            "join_all": self.join_all,
            "subtest": self.logger.subtest,
            "log": self.logger,
            "retry": retry,
            "polling_condition": self.conditions.polling_condition,
            "serial_stdout_on": lambda: None,
            "serial_stdout_off": lambda: None,
            "t": unittest.TestCase(),
            "os": os,
        }
        own = {variable(machine.name): machine for machine in self.machines}
        return {**general, **own}

    def test_script(self, *scripts: Path) -> None:
        """Run scripts to their ends, one after the other, with the same globals."""
        symbols = self.symbols()
        for script in scripts:
            exec(compile(script.read_text(), str(script), "exec"), symbols)


def variable(name: str) -> str:
    """Give the global's name of a machine: other characters become underscores."""
    word = re.sub(r"\W", "_", name)
    return word if not word[0].isdigit() else f"_{word}"
