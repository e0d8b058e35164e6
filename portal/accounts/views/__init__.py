"""Screens of login and of the own account."""
