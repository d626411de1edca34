"""All tests of the lab, for CI: `cd tests/lab && python3 -m checks`.

Unlike `unittest discover` it says of each that was skipped, in a line of its own, why.
"""

import sys
import unittest
from pathlib import Path

LAB = Path(__file__).resolve().parents[1]


def main() -> int:
    """Run them and give the exit code."""
    tests = unittest.defaultTestLoader.discover(str(LAB / "checks"), top_level_dir=str(LAB))
    result = unittest.TextTestRunner().run(tests)
    for test, why in result.skipped:
        print(f"skipped: {test.id()}: {why}", flush=True)
    return 0 if result.wasSuccessful() else 1


if __name__ == "__main__":
    sys.exit(main())
