"""A unit itself: its settings, its roster, its chat that is gone."""
