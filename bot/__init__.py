"""vpsbot: run the servers of a VPS.org account from Slack."""
