"""`lab browser [URL]`: Chromium of this machine as somebody on the lab's internet.

It runs in the network namespace of `client`, knows the fleet's names, and takes certificates of
this run's authority and no other that the machine does not trust anyhow.
"""

import base64
import hashlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from commands import lab
from commands.lab import Lab
from driver.errors import MachineError
from driver.logger import Logger
from machines import host_commands
from machines.cgroup import Cgroup
from machines.place import NAMESPACES, Place
from network import names
from network.plan import CLIENT

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")


@dataclass(frozen=True)
class Picture:
    """Where a picture goes, its size in pixels, and whether the person likes it dark."""

    file: Path
    size: str
    is_dark: bool


def browser(place: Place, url: str | None, picture: Picture | None, logger: Logger) -> int:
    """Open a page, or save a picture of it; give the browser's exit code."""
    found = lab.find(place, logger)
    if picture is None and not {"DISPLAY", "WAYLAND_DISPLAY"} & os.environ.keys():
        raise MachineError("there is no display here; --picture FILE saves what a page looks like")
    name = f"browser-{os.getpid()}"
    with profile(place.beside(name)) as folder, group(place.full(name)) as own:
        words = [*entering(place), *command(found, folder), *headless(picture)]
        words.append(url or first_page(found))
        return subprocess.run(words, preexec_fn=own.enter, check=False).returncode


def first_page(found: Lab) -> str:
    """Give a page that every fleet has."""
    gateway = next(host for host in found.hosts if host.role == "gateway")
    return f"https://{gateway.options('gateway')['serverName']}/.well-known/matrix/client"


def command(found: Lab, folder: Path) -> list[str]:
    """Give the browser with the run's names and the run's authority."""
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if program is None:
        raise MachineError(f"no browser: none of {', '.join(PROGRAMS)} is installed")
    public = names.public(found.hosts)
    rules = ",".join(f"MAP {name} {addresses[0]}" for name, addresses in public.items())
    # Chromium's sandbox is not for root, who has nobody else here to be.
    bare = [] if "SUDO_USER" in os.environ else ["--no-sandbox"]
    return [
        *(program, *bare, f"--user-data-dir={folder}", "--no-first-run", "--disable-sync"),
        *(f"--host-resolver-rules={rules}", f"--ignore-certificate-errors-spki-list={pin(found)}"),
    ]


def pin(found: Lab) -> str:
    """Give the hash of the authority's public key, as the browser wants it."""
    certificate = (found.place.folder / "authority" / "authority.pem").read_text()
    key = host_commands.run("openssl", "x509", "-noout", "-pubkey", text=certificate)
    body = "".join(key.splitlines()[1:-1])
    return base64.b64encode(hashlib.sha256(base64.b64decode(body)).digest()).decode()


def headless(picture: Picture | None) -> list[str]:
    """Give the options for a picture instead of a window."""
    if picture is None:
        return []
    size = picture.size.replace("x", ",")
    words = ["--headless", "--hide-scrollbars", f"--window-size={size}"]
    dark = ["--force-dark-mode"] if picture.is_dark else []
    return [*words, *dark, f"--screenshot={picture.file.absolute()}"]


def entering(place: Place) -> list[str]:
    """Give what leads into the namespace, and back to the user behind sudo, if there is one."""
    enter = ["nsenter", f"--net={NAMESPACES / place.full(CLIENT)}", "--"]
    user = os.environ.get("SUDO_USER")
    return [*enter, "runuser", "-u", user, "--"] if user else enter


@contextmanager
def profile(folder: Path) -> Iterator[Path]:
    """Make a folder for the browser's profile, and delete it afterwards.

    It is beside the lab's own folder, which the user behind sudo cannot enter.
    """
    folder.mkdir(mode=0o700)
    try:
        if "SUDO_UID" in os.environ:
            os.chown(folder, int(os.environ["SUDO_UID"]), -1)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def group(name: str) -> Iterator[Cgroup]:
    """Make a control group of the lab's for the browser, and end what it leaves running."""
    own = Cgroup(name)
    own.create()
    try:
        yield own
    finally:
        own.kill()
        own.remove()
