"""Pishkhan: citizens' letters and services through counter offices."""

__version__ = "0.1.0.dev0"
