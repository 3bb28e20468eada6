"""What the provider client promises, over real HTTP: against scripted bytes, and against the local VPS.org."""
