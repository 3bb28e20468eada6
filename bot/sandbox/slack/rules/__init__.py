"""What Slack accepts as blocks and views: a table of rules, each naming itself in a sentence.

From Slack's reference of Block Kit (docs.slack.dev/reference/block-kit) and of views (docs.slack.dev/reference/views).
"""
