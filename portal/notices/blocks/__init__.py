"""Blocks of which the text of a notice is made, one concept a file."""
