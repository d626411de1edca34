"""The wires between machines: segments, the router between them, and names."""
