"""The node: settings, roles, wiring, addresses and the command line. Nothing imports it."""
