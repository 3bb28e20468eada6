"""Consent: requests, votes, and how they are told."""
