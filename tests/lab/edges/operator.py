"""Whoever runs the fleet: types `rampart`, and does what it says is left to do."""

import json
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from deploy.running import RunningFleet
from driver.errors import MachineError

PROGRAM = Path(__file__).resolve().parents[1] / "lab"
LIMIT = 120.0


@dataclass
class Step:
    """What was done, what came of it, and how long it took."""

    done: str
    result: str
    seconds: float


@dataclass
class Operator:
    """Works on a fleet whose machines run, and writes down what was done."""

    fleet: RunningFleet
    core: str
    steps: list[Step] = field(default_factory=list)

    def types(self, words: str, code: int = 0) -> dict[str, Any]:
        """Run `rampart …`; what it answers, or what it complains of as `error`."""
        # The operator's folder is rendered for the manifest's versions, not for those of the lab.
        self._runs("render")
        start = time.monotonic()
        done = self._runs(f"{words} --format json", "add" not in words and "--force" not in words)
        if done.returncode != code:
            said = done.stderr or done.stdout
            raise MachineError(f"rampart {words}: exit code {done.returncode}, not {code}: {said}")
        answer = json.loads(done.stdout) if code == 0 else {"error": done.stderr.strip()}
        self._note(f"`rampart {words}`", _short(answer), start)
        return answer

    def reads(self, words: str) -> str:
        """Run `rampart …`; what it says to people."""
        done = self._runs(words)
        if done.returncode != 0:
            raise MachineError(f"rampart {words}: exit code {done.returncode}: {done.stderr}")
        return done.stdout

    def _runs(self, words: str, asks_the_core: bool = False) -> "subprocess.CompletedProcess[str]":
        program, folder = self.fleet.prepared.rampart, self.fleet.prepared.folder
        command = [str(program), "--fleet", str(folder), *words.split()]
        if asks_the_core and words.startswith("edge "):
            command += ["--via", self._way()]
        return subprocess.run(
            command,
            capture_output=True,
            text=True,
            timeout=LIMIT,
            check=False,
            stdin=subprocess.DEVNULL,
        )

    def writes(self, name: str, line: str) -> None:
        """Write a line into a host's table of the manifest."""
        start = time.monotonic()
        manifest = self.fleet.prepared.folder / "fleet.toml"
        head, table, rest = manifest.read_text().partition(f"[host.{name}]\n")
        manifest.write_text(f"{head}{table}{line}\n{rest}")
        self._note(f"`{line}` for {name}", "", start)

    def renders(self, keys: bool) -> None:
        """Make the keys that are missing, if so asked, and render."""
        start = time.monotonic()
        prepared = self.fleet.prepared
        hosts = prepared.make_keys() if keys else prepared.render()
        self.fleet.render(hosts)
        words = "`rampart secrets generate`, `rampart render`" if keys else "`rampart render`"
        self._note(words, "", start)

    def installs(self, name: str) -> None:
        """Put up a new host, and its names."""
        start = time.monotonic()
        self.fleet.install(name)
        self.fleet.tell_names()
        self._note(f"DNS records, {name} installed", "up", start)

    def deploys(self, hosts: list[str]) -> None:
        """Deploy hosts, one after the other."""
        for name in hosts:
            start = time.monotonic()
            taken = self.fleet.deploy(name)
            self._note(f"deployed {name}", str(taken), start)

    def runs(self, machine: str, command: str) -> None:
        """Run a command on a host."""
        start = time.monotonic()
        self.fleet.lab.container(machine).succeed(command)
        self._note(f"{machine}: `{command}`", "", start)

    def turns_off(self, name: str) -> None:
        """Turn a removed host off, and delete its names."""
        start = time.monotonic()
        self.fleet.take_away(name)
        self.fleet.tell_names()
        self._note(f"{name} turned off, its DNS records deleted", "", start)

    def deletes(self, secrets: list[str]) -> None:
        """Delete secrets where they are kept; the folder of a host that is gone goes, too."""
        start = time.monotonic()
        kept = self.fleet.prepared.secrets
        for place in secrets:
            (kept / place).unlink(missing_ok=True)
        hosts = {host.name for host in self.fleet.lab.hosts}
        for folder in {(kept / place).parent for place in secrets}:
            if folder.name not in hosts and folder.exists():
                folder.rmdir()
        self._note("secrets deleted", ", ".join(secrets), start)

    def _way(self) -> str:
        number = self.fleet.lab.place.number
        return f"{sys.executable} {PROGRAM} shell --lab {number} {self.core}"

    def _note(self, done: str, result: str, start: float) -> None:
        step = Step(done, result, round(time.monotonic() - start, 1))
        self.steps.append(step)
        self.fleet.lab.logger.log(f"{step.done}: {step.result or 'done'} ({step.seconds} s)")


def _short(answer: dict[str, Any]) -> str:
    if "error" in answer:
        return f"refused: {' '.join(answer['error'].split())}"
    if "edges" in answer:
        return ""
    if "publicKey" in answer:
        return f"new key {answer['publicKey']}"
    words = f"deploy {', '.join(answer['deploy'])}"
    if answer.get("participants") is not None:
        words = f"{answer['participants']} people on it; {words}"
    return words
