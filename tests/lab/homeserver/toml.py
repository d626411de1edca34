"""Writing TOML: tables inside tables are written inline, which is the same to a reader."""

import json
from typing import Any


def text(tables: dict[str, dict[str, Any]]) -> str:
    """Give the text of a file that consists of tables."""
    lines = []
    for name, table in tables.items():
        lines.append(f"[{name}]")
        lines += [f"{key(word)} = {value(one)}" for word, one in table.items() if one is not None]
    return "\n".join(lines) + "\n"


def key(word: str) -> str:
    """Give a key, quoted: that is always right."""
    return json.dumps(word)


def value(one: object) -> str:
    """Give a value on one line."""
    if isinstance(one, dict):
        pairs = [f"{key(word)} = {value(inner)}" for word, inner in one.items()]
        return "{ " + ", ".join(pairs) + " }"
    if isinstance(one, list):
        return "[" + ", ".join(value(inner) for inner in one) + "]"
    return json.dumps(one)
