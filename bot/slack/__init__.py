"""What knows Slack and nothing of our tables: blocks and escaping, ids, the way in and the way out."""
