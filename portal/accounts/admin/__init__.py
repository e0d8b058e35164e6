"""Screens of accounts in the workplace."""
