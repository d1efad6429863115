"""The demo: the sandbox, the real bot and a sample organisation on this machine, with no token."""
