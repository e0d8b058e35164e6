"""Screens of the workplace about notices, one thing a module."""
