"""The fleet that the lab runs: rendered settings, secrets, certificates."""
