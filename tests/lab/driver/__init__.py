"""The public interface of the NixOS test driver, for machines that are not NixOS' own.

Stories under `tests/vm` use nothing else; which machines they drive is decided elsewhere.
"""
