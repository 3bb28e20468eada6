"""A local VPS.org and a local Slack workspace, for people and for tests. Shares no code with the bot."""
