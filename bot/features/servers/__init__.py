"""Looking at servers: the list, and one of them."""
