"""The local VPS.org and the local Slack, each tried by itself."""
