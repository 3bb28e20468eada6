"""The one path of every change: submit, advance, reconcile, tell."""
