"""Announcements, the pages of the regulation, help and privacy: everything that editors keep in Wagtail."""
