"""Deleting a server: the dialog that shows what will be gone, and the request that follows from it."""
