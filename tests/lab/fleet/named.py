"""Programs that the environment names, in the place of what the lab has by itself."""

import os
from pathlib import Path


def program(variable: str) -> Path | None:
    """Give the program that a variable names, if it names one."""
    binary = os.environ.get(variable)
    return Path(binary).absolute() if binary else None
