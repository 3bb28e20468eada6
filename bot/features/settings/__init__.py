"""What a workspace decided: channels, approvals, times."""
