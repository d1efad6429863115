"""Taking rosters: which person each row means, what it changes, and writing that in bulk."""
