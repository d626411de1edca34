"""What a story can fail with."""


class MachineError(Exception):
    """A machine did something it should not have, or the driver was used wrongly."""


class RequestedAssertionFailed(AssertionError):
    """A command or a wait of the story did not end as the story says."""
