"""Measurements against the stated limits: ``python -m tests.bench``."""
