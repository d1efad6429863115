"""What a command does: a request in, records and messages-as-data out."""
