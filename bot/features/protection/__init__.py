"""Protection: servers that can't be deleted from Slack."""
