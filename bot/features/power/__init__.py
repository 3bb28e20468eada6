"""Starting, stopping and rebooting."""
