"""The Debian packages that the lab uses on the host; no service of theirs is started or enabled."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from parts.commands import Commands
from parts.part import InstallError, Line, Part

POLICY = Path("/usr/sbin/policy-rc.d")
# Its second line tells whose it is.
NO_STARTS = """\
#!/bin/sh
# Made by tests/lab/install of Rampart while it installs packages. One that is left may be deleted.
exit 101
"""
APT = ["apt-get", "-q", "-o", "Acquire::Retries=3", "-o", "DPkg::Lock::Timeout=600"]
SERVICES = ("slapd",)


@dataclass(frozen=True)
class Package:
    """A package, the beginning of the version we accept, and what we run from it.

    The beginning is the upstream version: Debian withdraws a revision when its security fix is
    out. Chromium moves to a new upstream version with each fix, so it has none.
    """

    name: str
    version: str
    licence: str
    program: str


PACKAGES = (
    Package("chromium", "", "BSD-3-Clause and others", "/usr/bin/chromium"),
    Package("chromium-driver", "", "BSD-3-Clause and others", "/usr/bin/chromedriver"),
    Package("dnsmasq-base", "2.90-", "GPL-2.0-or-later", "/usr/sbin/dnsmasq"),
    Package("iproute2", "6.1.0-", "GPL-2.0-or-later", "/bin/ip"),
    Package("mmdebstrap", "1.3.5-", "MIT", "/usr/bin/mmdebstrap"),
    Package("nftables", "1.0.6-", "GPL-2.0-only", "/usr/sbin/nft"),
    Package("nix-bin", "2.8.0-", "LGPL-2.1-or-later", "/usr/bin/nix"),
    Package("openssl", "3.0.", "Apache-2.0", "/usr/bin/openssl"),
    Package("python3-venv", "3.11.", "PSF-2.0", "/usr/bin/python3"),
    Package("slapd", "2.5.13", "OLDAP-2.8", "/usr/sbin/slapd"),
    Package("systemd-container", "252.", "LGPL-2.1-or-later", "/usr/bin/systemd-nspawn"),
    Package("vpx-tools", "1.12.0-", "BSD-3-Clause", "/usr/bin/vpxenc"),
)


class Debian(Part):
    """All of `PACKAGES`, from the Debian 12 archive."""

    name = "debian"
    version = "bookworm"
    licence = "see each package"

    @property
    def program(self) -> Path:
        """Where the programs of the packages are."""
        return Path("/usr")

    def is_installed(self) -> bool:
        """Tell whether every package is there in its version."""
        return not missing()

    def leftovers(self) -> list[Path]:
        """Give our policy, under which no service of other packages starts either."""
        return [POLICY] if is_ours(POLICY) else []

    def install(self) -> None:
        """Install what is missing, in one transaction of the package client."""
        if os.geteuid() != 0:
            raise InstallError(f"root is needed to install {', '.join(p.name for p in missing())}")
        absent = missing()
        commands = Commands(self.name)
        wanted = [f"{p.name}={p.version}*" if p.version else p.name for p in absent]
        quiet = {"DEBIAN_FRONTEND": "noninteractive"}
        with services_stay_down():
            commands.run([*APT, "update"])
            arguments = ["install", "--yes", "--no-install-recommends", *wanted]
            commands.run([*APT, *arguments], environment=quiet)
        units = [p.name for p in absent if p.name in SERVICES]
        if units:
            commands.run(["systemctl", "disable", *units])

    def lines(self) -> list[Line]:
        """Give one row for each package."""
        versions = installed_versions()
        return [
            Line(p.name, versions[p.name], p.licence, Path(p.program))
            for p in PACKAGES
            if p.name in versions
        ]


def missing() -> list[Package]:
    """Give the packages that are not there, or in another version."""
    versions = installed_versions()
    return [
        p for p in PACKAGES if p.name not in versions or not versions[p.name].startswith(p.version)
    ]


def installed_versions() -> dict[str, str]:
    """Give the versions of those of our packages that are completely installed."""
    if shutil.which("dpkg-query") is None:
        return {}
    form = "--showformat=${db:Status-Status} ${Package} ${Version}\n"
    asked = ["dpkg-query", "--show", form, *(p.name for p in PACKAGES)]
    said = subprocess.run(asked, capture_output=True, text=True, check=False).stdout
    rows = [line.split() for line in said.splitlines()]
    return {row[1]: row[2] for row in rows if row[0] == "installed" and len(row) == 3}


def is_ours(policy: Path) -> bool:
    """Tell whether a policy is one of this program's, and not of whoever runs this machine."""
    return policy.is_file() and policy.read_text(errors="replace") == NO_STARTS


@contextmanager
def services_stay_down() -> Iterator[None]:
    """Forbid that package scripts start services, by Debian's policy file, while the block runs."""
    if POLICY.exists():
        yield
        return
    POLICY.write_text(NO_STARTS)
    POLICY.chmod(0o755)
    try:
        yield
    finally:
        POLICY.unlink()
