"""Planning a change for a time, once or again and again."""
