"""What calls sound like across the world: real media servers and clients, emulated distance."""
