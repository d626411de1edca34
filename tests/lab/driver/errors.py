"""What a story can fail with."""

# Characters of an error in the line that says how a run went; the whole error stands above it.
LONGEST_REASON = 300


class MachineError(Exception):
    """A machine did something it should not have, or the driver was used wrongly."""


class RequestedAssertionFailed(AssertionError):
    """A command or a wait of the story did not end as the story says."""


def reason(error: Exception) -> str:
    """Give an error in one line, cut where it gets long."""
    return " ".join(str(error).split())[:LONGEST_REASON] or type(error).__name__
