"""What Slack tells us of people: accounts that changed, groups that changed, an app that was removed."""
