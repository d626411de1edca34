"""A stand-in for lk-jwt-service in tests, written from the public proposals 4143 and 4195.

What it shows: the way from a client's OpenID token through the gateway to the homeserver and back,
the creation of the room on the right media server over the tunnel, and a token that this server
takes. What it does not show: anything of lk-jwt-service itself, neither its settings beyond the
names used here, nor its limits, nor delayed events (`/delegate_delayed_leave` answers 501).
"""
