"""Screens for accounts in the workplace."""
