"""Files worth trying in the demo: dragged into a chat, or sent by those who play in it."""

from pathlib import Path

HERE = Path(__file__).parent
PHOTO = HERE / "photo.png"  # drawn by draw.py
ROSTER = HERE / "roster.csv"  # of the first branch, with a few changes
WORTH_TRYING = (ROSTER, PHOTO)
