"""Programs of people, for the machine `client`."""
