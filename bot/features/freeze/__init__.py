"""Freezing: all changes stop at once."""
