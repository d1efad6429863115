"""A secretary's post goes from one to the next: what is handed over, and both confirm."""
