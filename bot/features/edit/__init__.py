"""Renaming a server, and changing its name, hostname and backups."""
