"""Several runs at once, each in a process of its own, so that none can disturb another's output."""

import os
import subprocess
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from driver.logger import Logger

# Eight hosts with calls going on were seen to take 0.9 GiB, files in memory included.
NEEDED = 2 << 30
# Seconds to take a lab down.
GRACE = 300.0


@dataclass(frozen=True)
class Job:
    """A story and the command that runs it."""

    story: str
    command: Sequence[str]


@dataclass(frozen=True)
class Outcome:
    """How a run went."""

    story: str
    passed: bool
    seconds: float
    output: str


class Pool:
    """Runs jobs, a number of them at once; when it is left early, it ends what still runs."""

    def __init__(self, width: int, logger: Logger, limit: float) -> None:
        """Run so many at once, each for so many seconds at most."""
        self.width = width
        self.limit = limit
        self.logger = logger
        self.running: set[subprocess.Popen[str]] = set()
        self.lock = threading.Lock()
        self.closed = False

    def outcomes(self, jobs: Sequence[Job]) -> Iterator[Outcome]:
        """Give each run's outcome when it is there."""
        with ThreadPoolExecutor(self.width) as executor:
            futures = [executor.submit(self._run, job) for job in jobs]
            try:
                for future in as_completed(futures):
                    yield future.result()
            except BaseException:
                self._close(futures)
                raise

    def _run(self, job: Job) -> Outcome:
        start = time.monotonic()
        self.logger.log(f"story {job.story}: started")
        process = self._start(job)
        output, is_over = self._ended(process)
        with self.lock:
            self.running.discard(process)
        seconds = time.monotonic() - start
        if not is_over:
            why = f"not over within {self.limit / 60:g} minutes"
            output += f"story {job.story}: FAILED in {seconds:.0f} s; {why}\n"
        return Outcome(job.story, is_over and process.returncode == 0, seconds, output)

    def _ended(self, process: subprocess.Popen[str]) -> tuple[str, bool]:
        """Give what a run says, and whether it came to its end in time."""
        with suppress(subprocess.TimeoutExpired):
            return process.communicate(timeout=self.limit)[0], True
        # It takes its lab down.
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            return process.communicate(timeout=GRACE)[0], False
        process.kill()
        return process.communicate()[0], False

    def _start(self, job: Job) -> subprocess.Popen[str]:
        # When this process is killed, its children take their labs down and end.
        guarded = ["setpriv", "--pdeathsig", "TERM", "--", *job.command]
        with self.lock:
            if self.closed:
                raise InterruptedError("no more runs")
            process = subprocess.Popen(
                guarded,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                errors="replace",
            )
            self.running.add(process)
        return process

    def _close(self, futures: Sequence[Future[Outcome]]) -> None:
        for future in futures:
            future.cancel()
        with self.lock:
            self.closed = True
            for process in self.running:
                process.terminate()


def fitting() -> int:
    """Give how many labs fit this machine at once: one more than cores, and memory for all.

    Stories wait more than they work.
    """
    cores = os.cpu_count() or 1
    lines = Path("/proc/meminfo").read_text().splitlines()
    free = next(int(line.split()[1]) for line in lines if line.startswith("MemAvailable:"))
    return max(1, min(cores + 1, free * 1024 // NEEDED))
