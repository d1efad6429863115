"""The policy, pure: what is required, of whom, by when, and how it stands."""
