"""What is true: pure functions and frozen values. No I/O, no clock, no randomness (they are arguments)."""
