"""Dues: paid, owed, reduced, handed on."""
