"""One search over everything that the other apps declare searchable, and the directory's index."""
