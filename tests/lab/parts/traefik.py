"""The reverse proxy of gateway, edges and DMZ, built from the module in `tests/lab/traefik`.

Upstream's own module does not build from the registry alone. The wrapper deviates twice: an older
commit of the go-http-auth fork, and a lego module without DNS challenge providers. So this Traefik
knows no ACME DNS challenge; nothing else differs.
"""

import shutil
import zipfile
from pathlib import Path

from parts import cache, go
from parts.cached import CachedPart
from parts.commands import Command, Commands
from parts.part import InstallError

WRAPPER = Path(__file__).resolve().parent.parent / "traefik"
LEGO = "github.com/go-acme/lego/v5@v5.4.1"
LEGO_SUM = "h1:Jt6xAP9xQrJ3SLLGgxejfDDd3pzdrmuLCWe4oTqHHQc="
PROVIDERS = Path("providers", "dns")


class Traefik(CachedPart):
    """Traefik, with the providers of lego's DNS challenge emptied at build time."""

    name = "traefik"
    version = "3.7.13"
    licence = "MIT"
    package = "github.com/traefik/traefik/v3/cmd/traefik"
    version_variable = "github.com/traefik/traefik/v3/pkg/version.Version"

    @property
    def program(self) -> Path:
        """The proxy binary."""
        return self.folder / "traefik"

    def recipe(self) -> bytes:
        """Give the wrapper module and the flags."""
        files = sorted(path for path in WRAPPER.rglob("*") if path.is_file())
        text = [path.read_bytes() for path in files]
        return b"\0".join([*text, LEGO.encode(), *(flag.encode() for flag in self._flags())])

    def build(self, folder: Path, commands: Commands) -> None:
        """Build in a copy of the wrapper that has the emptied lego module beside it."""
        module = folder / "module"
        shutil.copytree(WRAPPER, module)
        self._unpack_lego(module / "lego", commands)
        arguments = ["build", "-mod=readonly", *self._flags(), "-o", str(folder / "traefik")]
        go.run(commands, [*arguments, self.package], folder=module)
        cache.remove(module)

    def version_command(self, folder: Path) -> Command:
        """Ask the binary."""
        return [folder / "traefik", "version"]

    def _flags(self) -> list[str]:
        return go.build_flags(f"{self.version_variable}={self.version}")

    def _unpack_lego(self, target: Path, commands: Commands) -> None:
        archive = go.module_zip(commands, LEGO, target.parent.parent)
        checksum = archive.with_suffix(".ziphash").read_text().strip()
        if checksum != LEGO_SUM:
            raise InstallError(f"{LEGO} has the checksum {checksum}, not {LEGO_SUM}")
        unpack_without_providers(archive, target)
        (target / PROVIDERS).mkdir(parents=True)
        shutil.copyfile(WRAPPER / "dns" / "dns.go", target / PROVIDERS / "dns.go")


def unpack_without_providers(archive: Path, target: Path) -> None:
    """Unpack lego's module zip, leaving out everything under `providers/dns`."""
    prefix = f"{LEGO}/"
    with zipfile.ZipFile(archive) as module:
        for member in module.infolist():
            place = Path(member.filename.removeprefix(prefix))
            if place.is_relative_to(PROVIDERS):
                continue
            (target / place).parent.mkdir(parents=True, exist_ok=True)
            (target / place).write_bytes(module.read(member))
