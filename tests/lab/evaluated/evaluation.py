"""Evaluating a fleet's hosts, once: what was asked before, with the same answer, is kept."""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from evaluated import derivation, inputs, programs
from evaluated.realise import Realiser
from fleet.programs import REPOSITORY
from fleet.rendered import Host
from parts import cache as cache_folder

HERE = Path(__file__).parent
# A host takes a gigabyte.
AT_ONCE = 2
QUESTION = (
    "lib: import {question} (lib.mkFleet {{ src = {fleet}; }}).nixosConfigurations.{host}.config"
)
# What evaluation reads, beside the host's file.
READ = re.compile(r"flake\.(nix|lock)|modules/.*|templates/.*\.nix|hosts/[^/]*\.nix|crates/.*\.nix")
ASKED_BY = ("host.nix", "derivation.py", "evaluation.py", "programs.py", "realise.py")
# Files below /etc that the units read. All others belong to shells, log-in, boot and the machine.
TAKEN = re.compile(
    r"rampart/.*|ssh/sshd_config|ssh/authorized_keys\.d/.*|systemd/network/.*|hosts|gai\.conf"
    r"|systemd/(networkd|journald|resolved|timesyncd)\.conf(\.d/.*)?|sysctl\.d/60-nixos\.conf"
)
TEMPORARY_FILES = "/lib/tmpfiles.d/"


@dataclass(frozen=True)
class Evaluated:
    """A host as NixOS has it."""

    units: dict[str, dict[str, Any]]
    # Path below /etc → file of the store.
    files: dict[str, dict[str, Any]]
    users: dict[str, dict[str, Any]]
    groups: dict[str, dict[str, Any]]
    temporary_files: str
    # Store paths that could not be made, and why.
    failures: dict[str, str]


def folder() -> Path:
    """Give where results are kept."""
    return cache_folder.root() / "evaluated"


def store() -> Path:
    """Give what machines see as their store."""
    return folder() / "store"


def evaluate(
    hosts: list[Host], fleet: Path, own: Mapping[str, Path], exact: bool = False
) -> dict[str, Evaluated]:
    """Evaluate a fleet's hosts, or find their answers; `own` are our programs, for checks.

    With `exact`, answers for another source of our programs do not count: what units name of these
    packages is then of one build.
    """
    store().mkdir(parents=True, exist_ok=True)
    # A second lab waits, and finds the answers.
    with cache_folder.locked("evaluated"), ThreadPoolExecutor(AT_ONCE) as pool:
        programs.lay(store(), cache_folder.root() / "machine-root")
        answers = list(pool.map(lambda host: answer(host, fleet, own, exact), hosts))
    return {host.name: Evaluated(**one) for host, one in zip(hosts, answers, strict=True)}


def answer(host: Host, fleet: Path, own: Mapping[str, Path], exact: bool) -> dict[str, Any]:
    """Give one host's answer."""
    kept = folder() / f"{key(host, exact)}.json"
    if not kept.exists():
        found = ask(host, fleet, own)
        part = kept.with_suffix(".part")
        part.write_text(json.dumps(found))
        part.rename(kept)
    read: dict[str, Any] = json.loads(kept.read_text())
    return read


def ask(host: Host, fleet: Path, own: Mapping[str, Path]) -> dict[str, Any]:
    """Evaluate one host, and realise the text that its units and files refer to."""
    question = QUESTION.format(question=HERE / "host.nix", fleet=fleet, host=host.name)
    flake = f"{inputs.flake()}#lib"
    words = ("eval", "--impure", *inputs.overrides(), flake, "--json", "--apply", question)
    found = json.loads(inputs.nix(*words))
    found["files"] = {name: file for name, file in found["files"].items() if is_taken(host, name)}
    makers = derivation.below(found.pop("derivation"))
    found["temporary_files"] = "".join(temporary_files(makers))
    realiser = Realiser(store(), makers, own)
    realiser.realise(json.dumps(found))
    return {**found, "failures": realiser.failures}


def temporary_files(makers: dict[str, derivation.Derivation]) -> Iterator[str]:
    """Give the text of every file for systemd-tmpfiles that NixOS itself writes."""
    for one in {maker.path: maker for maker in makers.values()}.values():
        if one.environment.get("destination", "").startswith(TEMPORARY_FILES):
            yield one.environment["text"]


def is_taken(host: Host, name: str) -> bool:
    """Tell whether a machine of the lab gets a file of /etc."""
    return TAKEN.fullmatch(name) is not None or f"/etc/{name}" in host.data["files"]


def key(host: Host, exact: bool) -> str:
    """Give a name that changes with everything that an answer depends on."""
    digest = hashlib.sha256(source())
    digest.update(host.text.encode())
    if exact:
        digest.update(inputs.flake().encode())
    return f"{host.name}-{digest.hexdigest()[:24]}"


@cache
def source() -> bytes:
    """Give one value for all files that evaluation reads, and for the way it is asked."""
    digest = hashlib.sha256(" ".join(inputs.overrides()).encode())
    files = [path for path in sorted(REPOSITORY.rglob("*")) if is_read(path)]
    for path in [*files, *(HERE / name for name in ASKED_BY)]:
        digest.update(f"{path.relative_to(REPOSITORY)}\0".encode() + path.read_bytes())
    return digest.digest()


def is_read(path: Path) -> bool:
    """Tell whether evaluation reads a file of the repository."""
    return path.is_file() and READ.fullmatch(str(path.relative_to(REPOSITORY))) is not None
