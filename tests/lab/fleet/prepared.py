"""A fleet made ready for the lab: a copy of its manifest without ACME, with keys, rendered."""

import re
import shutil
from pathlib import Path

from driver.errors import MachineError
from fleet import kept_keys, rendered
from fleet.authority import Authority
from fleet.rendered import Host
from fleet.secret_files import SecretFiles
from machines import host_commands

ACME = re.compile(r"^\s*acme-email\s*=.*\n", re.MULTILINE)


class PreparedFleet:
    """The files of a run: manifest, rendered hosts, secrets, authority."""

    def __init__(
        self, source: Path, place: Path, rampart: Path, installed: str, *, keep_keys: bool
    ) -> None:
        """Prepare a fleet's folder below a place, with the operator's command, for what runs.

        Kept keys are those of the last run, so that what follows from them is the same.
        """
        self.source = source
        self.folder = place / "fleet"
        self.secrets = place / "secrets"
        self.authority = Authority(place / "authority")
        self.rampart = rampart
        self.installed = installed
        self.keep_keys = keep_keys

    def make(self) -> list[Host]:
        """Copy, render, make secrets, render again with the public keys in."""
        self._copy()
        self.render()
        return self.make_keys()

    def make_keys(self) -> list[Host]:
        """Make the secrets that are missing, and render again with the public keys in."""
        if self.keep_keys:
            self.secrets.mkdir(mode=0o700, exist_ok=True)
            kept_keys.bring(self.secrets, self.folder)
        secrets = SecretFiles(self.secrets, self.authority, self.rampart)
        secrets.make(rendered.read(self.folder), self.folder)
        if self.keep_keys:
            kept_keys.keep(self.secrets)
        return self.render()

    def _copy(self) -> None:
        manifest = self.source / "fleet.toml"
        if not manifest.is_file():
            raise MachineError(f"{manifest}: not there")
        shutil.copytree(self.source, self.folder, ignore=shutil.ignore_patterns("generated"))
        text = manifest.read_text()
        # Nobody answers ACME in the lab: without an address, hosts use the certificate `tls-web`.
        (self.folder / "fleet.toml").write_text(ACME.sub("", text))
        (self.folder / "keys.json").unlink(missing_ok=True)

    def render(self) -> list[Host]:
        """Render for what is installed, and read what was rendered."""
        words = ("render", "--fleet", self.folder, "--installed", self.installed)
        host_commands.run(self.rampart, *words)
        return rendered.read(self.folder)
