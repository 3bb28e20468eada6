"""When to look at which workspace. Delivers tickets; what a ticket does is a port that app.py fills."""
