"""Telling how things stand, and why."""
