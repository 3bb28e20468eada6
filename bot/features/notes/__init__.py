"""Whose a server is, until when, and what it is for."""
