"""Promised messages that did not arrive: what they are, why not, and sending them again."""
