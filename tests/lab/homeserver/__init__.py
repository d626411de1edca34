"""The homeserver: Tuwunel where a binary is given, else Synapse as a named stand-in."""
