"""Unit files of the lab around the settings that Rust rendered: one file for each daemon.

The other source is what NixOS evaluates: the package `evaluated`.
"""
