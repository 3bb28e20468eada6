"""Being told of what changes, and the one look in the morning."""
