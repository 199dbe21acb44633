"""The map: where papers stand, the page that shows them, and its pictures."""
