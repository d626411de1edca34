"""Machines of the lab: systemd-nspawn containers, each in a network namespace of its own."""
