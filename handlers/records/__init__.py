"""Recording what was done, and what it does to the status."""
