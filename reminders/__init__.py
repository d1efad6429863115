"""What is owed now: the clock in, messages-as-data out."""
