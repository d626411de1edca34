"""Machines of the lab as QEMU guests in software emulation: for what a container cannot show."""
