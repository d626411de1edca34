"""Unit files of the lab around the settings that Rust rendered: one file for each daemon.

Another source (the unit files that NixOS evaluates) would be a second module beside `rendered`.
"""
