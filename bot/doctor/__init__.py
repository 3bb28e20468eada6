"""`vpsbot doctor`: looks at everything that the bot needs, changes nothing, and says how to mend what is wrong."""
