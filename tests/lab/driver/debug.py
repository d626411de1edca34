"""What a script calls to stop at a place; NixOS' driver, too, goes on unless it is told."""


class Debug:
    """Stops nothing."""

    def breakpoint(self, host: str = "127.0.0.1", port: int = 4444) -> None:
        """Go on."""
