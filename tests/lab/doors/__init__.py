"""What a thief tries: secrets of a host that was taken over, at the doors of all others.

Runs inside machines with nothing but Python: `python3 -m doors.thief`.
"""
