"""Raw requests through the whole chain, and what of them arrives at the homeserver.

Runs inside machines with nothing but Python and curl: `relay` beside the homeserver, `play` where
people are. `relay` is also the naive hop that takes the guard's place in a negative control.
"""
