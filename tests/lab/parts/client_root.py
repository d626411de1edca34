"""The file tree of the lab's client: that of the machines, and a browser with its driver.

Its own tree, because the browser and its libraries are twice as large as all the rest.
"""

from parts.debian import Package
from parts.machine_root import PACKAGES, PINNED, MachineRoot


class ClientRoot(MachineRoot):
    """A Debian tree with Chromium."""

    name = "client-root"
    packages = (*PACKAGES, "chromium", "chromium-driver")
    pinned = (*PINNED, Package("chromium", "", "BSD-3-Clause and others", "usr/bin/chromium"))
