"""Authorities (offices), districts in time, and accounts."""
