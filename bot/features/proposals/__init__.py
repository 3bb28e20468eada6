"""The two-person rule: a second admin is asked, and answers."""
