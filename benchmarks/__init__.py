"""What the bot costs, measured beside peers in the same run. `make bench` prints it; README.md holds one run."""
