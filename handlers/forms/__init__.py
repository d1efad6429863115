"""Guided forms: a record or a payment, step by step."""
