"""The documents, and the script that draws their picture."""
