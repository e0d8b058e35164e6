"""Imports in the workplace: upload, trial with every change and problem shown, application, history."""
