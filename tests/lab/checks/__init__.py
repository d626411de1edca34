"""Tests of the lab itself; they bring labs up.

`python3 -m unittest discover -t tests/lab -s tests/lab/checks`
"""
