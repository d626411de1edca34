"""The Go tool as the lab uses it: low priority, two cores at most, builds that can be repeated."""

from pathlib import Path

from parts.commands import Command, Commands, Environment

GO = ("nice", "-n", "10", "go")
CORES = "2"


def build_flags(*settings: str) -> list[str]:
    """Give the flags of a small build without paths; `settings` are `package.Variable=value`."""
    linker = ["-s", "-w", *(f"-X {setting}" for setting in settings)]
    return ["-trimpath", "-ldflags", " ".join(linker)]


def run(
    commands: Commands,
    arguments: Command,
    *,
    folder: Path,
    environment: Environment | None = None,
) -> None:
    """Run `go` in a folder."""
    limits = {"GOMAXPROCS": CORES}
    commands.run([*GO, *arguments], folder=folder, environment={**limits, **(environment or {})})


def module_zip(commands: Commands, module: str, folder: Path) -> Path:
    """Fetch `path@version` and give its zip in the module cache."""
    run(commands, ["mod", "download", module], folder=folder)
    cache = commands.read(["go", "env", "GOMODCACHE"], folder=folder).strip()
    path, version = module.split("@")
    return Path(cache, "cache", "download", path, "@v", f"{version}.zip")
