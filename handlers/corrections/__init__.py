"""Correcting and taking back: which entry is meant, who may, and how."""
