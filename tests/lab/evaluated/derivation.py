"""Derivations as Nix keeps them in its store (`*.drv`)."""

import ast
import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

STORE = Path("/nix/store")


@dataclass(frozen=True)
class Derivation:
    """One derivation."""

    path: str
    outputs: dict[str, str]
    inputs: tuple[str, ...]
    environment: dict[str, str]

    @cached_property
    def structured(self) -> dict[str, Any] | None:
        """Its attributes, where they are handed over as JSON."""
        text = self.environment.get("__json")
        found: dict[str, Any] | None = json.loads(text) if text else None
        return found

    @cached_property
    def commands(self) -> str | None:
        """The shell commands that make it, if they are all there is to it.

        A package is something else: it has sources, and phases that a compiler is needed for.
        """
        own: dict[str, Any] = self.structured or self.environment
        if "buildCommand" in own:
            return str(own["buildCommand"])
        if own.get("dontUnpack") and "installPhase" in own and not own.get("buildPhase"):
            return str(own["installPhase"])
        return None


def read(path: str) -> Derivation:
    """Read a derivation. Its notation is, but for the first word, one of Python literals."""
    text = Path(path).read_text()
    outputs, inputs, _, _, _, _, environment = ast.literal_eval(text.removeprefix("Derive"))
    return Derivation(
        path,
        {name: out for name, out, _, _ in outputs},
        tuple(drv for drv, _ in inputs),
        dict(environment),
    )


def below(root: str) -> dict[str, Derivation]:
    """Give who makes what, by path of the output: all text below a derivation, and its packages."""
    found: dict[str, Derivation] = {}
    todo, seen = [root], set()
    while todo:
        path = todo.pop()
        if path in seen:
            continue
        seen.add(path)
        one = read(path)
        found.update(dict.fromkeys(one.outputs.values(), one))
        if one.commands is not None:
            todo += one.inputs
    return found
