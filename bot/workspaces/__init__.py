"""What is known of a workspace at this moment: its snapshot, its provider account, its servers."""
