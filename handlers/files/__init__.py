"""Photos and files of records."""
