"""Asking about what is in doubt: the question, the answer, how it is shown."""
