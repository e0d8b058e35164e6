"""Invented content that shows what the portal does: institutions (all named 演示), fees, accounts."""
