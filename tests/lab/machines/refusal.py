"""Whether a lab can run on this machine: what it needs is tried, not looked up."""

import os
import subprocess
from pathlib import Path

from machines import cgroup

TUNNELS = Path("/dev/net/tun")
ENTER = ("unshare", "--net", "--mount", "true")


def refusal() -> str | None:
    """Say in one line why no lab can run here, if so."""
    if os.geteuid() != 0:
        return "the lab needs root, for namespaces, mounts and control groups"
    if not TUNNELS.exists():
        return f"the lab needs {TUNNELS}"
    return no_namespaces() or no_groups()


def no_namespaces() -> str | None:
    """Make a network namespace and one of mounts, which nothing outlives."""
    try:
        done = subprocess.run(ENTER, capture_output=True, text=True, check=False)
    except OSError as error:
        return f"the lab needs {ENTER[0]}: {error.strerror}"
    if done.returncode == 0:
        return None
    said = " ".join(done.stderr.split()) or f"exit code {done.returncode}"
    return f"this machine gives the lab no namespaces: {said}"


def no_groups() -> str | None:
    """Make a control group in each hierarchy, and take it away."""
    tops = cgroup.hierarchies()
    if not tops:
        return f"this machine has no control groups in {cgroup.TOP}"
    for top in tops:
        probe = top / f"rampart-probe-{os.getpid()}"
        try:
            probe.mkdir()
            probe.rmdir()
        except OSError as error:
            return f"this machine gives the lab no control groups: {top}: {error.strerror}"
    return None
