"""A local Slack workspace: Web API, deliveries, limits, Socket Mode, and a page for people."""
