"""Rosters as files: read, shown with what they would change, taken once confirmed; and written."""
